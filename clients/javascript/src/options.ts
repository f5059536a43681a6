import type { Query } from './address.js';
import type { BackoffOptions } from './backoff.js';
import { sessionStore, type Store } from './store.js';
import { longPolling, jsonp } from './transports/polling.js';
import { serverSentEvents, streaming } from './transports/streams.js';
import type { Transport } from './transports/transport.js';
import { webSocket } from './transports/websocket.js';

export interface HalleyOptions {
  /** Where the server's front port is reached: an address, whole or relative to the page; /ws, /sse, … lie below it. */
  url: string;
  /**
   * Which transports, best first: names, or one of your own. Default: websocket, sse, streaming, longpolling, jsonp.
   */
  transports?: Array<string | Transport>;
  /** Where positions outlive the page: true for sessionStorage, or a store of your own. Default: nowhere. */
  storage?: boolean | Store;
  /**
   * Milliseconds of silence after which a connection counts as dead; more than the server's polling_timeout. Default
   * 45,000.
   */
  heartbeatTimeout?: number;
  /** Milliseconds a transport has to open, before the next one is tried. Default 5,000. */
  openTimeout?: number;
  /**
   * Milliseconds after which a better transport is tried again, beside the one that works; twice as long each time, at
   * most 16 times. Default 60,000; 0: never.
   */
  climbAfter?: number;
  backoff?: BackoffOptions;
  /** Whether to subscribe again to a channel that was closed. Default: the subscription ends. */
  reopen?: boolean;
  /**
   * The parameter that a subscription's token is sent in: the server's jwt.query, or token for iComet's tokens.
   * Default: access_token for a JSON Web Token, token for any other.
   */
  tokenName?: string;
  /** Parameters sent with every question. */
  params?: Query;
  /** Paths of the server that are not ws, sse, stream, poll, by these names. */
  paths?: { [path: string]: string };
}

export interface SubscribeOptions {
  /** What lets it in, or what gets that: called at the start and after a refusal. */
  token?: string | (() => string | PromiseLike<string>);
  /** The offset wanted next. Default: where the store knows it stood, or else from now on. */
  seq?: number;
  /** The incarnation that seq belongs to. */
  epoch?: string;
}

const Known = [webSocket, serverSentEvents, streaming, longPolling, jsonp];

/** The transports asked for that this browser has. */
export function chooseTransports(wanted: Array<string | Transport> = Known): Transport[] {
  const transports = wanted
    .map(entry => {
      if (typeof entry !== 'string') return entry;
      const found = Known.filter(transport => transport.name === entry)[0];
      if (!found)
        throw new Error('transports: "' + entry + '" is none of ' + Known.map(transport => transport.name).join(', '));
      return found;
    })
    .filter(transport => transport.supported());
  if (!transports.length) throw new Error('transports: this browser has none of those asked for');
  return transports;
}

export function chooseStore(storage: boolean | Store | undefined): Store | null {
  return storage === true ? sessionStore() : storage || null;
}
