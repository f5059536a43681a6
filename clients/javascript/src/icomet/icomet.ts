import { absolute, withQuery } from '../address.js';
import { Backoff } from '../backoff.js';
import { request } from '../carriers/request.js';
import { askScript } from '../carriers/script.js';
import { HalleyClient } from '../client.js';
import type { GapEvent, ResetEvent } from '../events.js';
import type { Position } from '../store.js';
import type { Subscription } from '../subscription.js';
import type { Transport } from '../transports/transport.js';
import { foreverFrame } from './frame.js';

/** As the original's; names with underscores are its older ones. */
export interface ICometConfig {
  channel: string;
  subUrl?: string;
  sub_url?: string;
  pubUrl?: string;
  pub_url?: string;
  /** An address of yours that signs the user in, and answers with what /sign said. */
  signUrl?: string;
  sign_url?: string;
  callback?(content: string, type: string): void;
  sub_callback?(content: string, type: string): void;
  /** Milliseconds of silence before it starts again; what /sign says counts more. Default 60,000. */
  sub_timeout?: number;
  /** Ours: default sse, iframe, jsonp; websocket, streaming and longpolling are known too. */
  transports?: string[];
  /** Ours: messages are lost, and which. */
  onGap?(gap: GapEvent): void;
  /** Ours: the channel's numbers began anew. */
  onReset?(reset: ResetEvent): void;
}

interface Signature {
  type: string;
  cname: string;
  token: string;
  sub_timeout: string | number;
}

let instances = 0;

/**
 * The original script's interface over our client: it starts by itself, and begins again for as long as it is not
 * stopped.
 */
export class iComet {
  readonly id = instances++;
  cname: string;
  token = '';
  stopped = true;
  sub_timeout: number;
  private client: HalleyClient | null = null;
  private subscription: Subscription | null = null;
  private position: Position = { epoch: '', seq: 0 };
  private signing: (() => void) | null = null;
  private signTimer = 0;
  private readonly backoff = new Backoff({});

  constructor(private readonly config: ICometConfig) {
    this.cname = config.channel;
    this.sub_timeout = config.sub_timeout || 60000;
    if (!this.subUrl) throw new Error('iComet: subUrl is missing, the address of /sub');
    this.start();
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    if (this.config.signUrl || this.config.sign_url) this.sign();
    else this.subscribe();
  }

  /** A later start goes on where this one stops. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.signTimer);
    if (this.signing) this.signing();
    if (this.subscription) this.position = this.subscription.position;
    if (this.client) this.client.close();
    this.signing = this.client = this.subscription = null;
  }

  /** Returns false, and sends nothing, if content is not text or there is no pubUrl. */
  pub(content: string, callback: (answer: unknown) => void = () => {}): boolean | void {
    const url = this.config.pubUrl || this.config.pub_url;
    if (typeof content !== 'string' || !url) {
      this.log('pub: ' + (url ? 'content is not text' : 'there is no pubUrl'));
      return false;
    }
    const query = { cname: this.cname, content };
    const marked = /([?&][^=&]+=)\?(?=&|$)/; // the name of a callback is wanted here
    if (marked.test(url)) {
      askScript(
        name => withQuery(url.replace(marked, '$1' + name), query),
        (value, end) => {
          if (end === 'called') callback(value);
        },
      );
    } else {
      request(withQuery(url, query), {}, answer => {
        try {
          if (answer.status === 200) callback(JSON.parse(answer.text));
        } catch (error) {
          this.log(error);
        }
      });
    }
  }

  log(...what: unknown[]): void {
    if (typeof console !== 'undefined') console.log('icomet[' + this.id + ']', what);
  }

  private get subUrl(): string {
    return this.config.subUrl || this.config.sub_url || '';
  }

  private sign(): void {
    const url = this.config.signUrl || this.config.sign_url || '';
    const failed = () => {
      this.signTimer = setTimeout(() => this.sign(), this.backoff.next()) as unknown as number;
    };
    // jQuery, which the original used, sent the name as callback too.
    this.signing = askScript(
      name => withQuery(url, { cb: name, cname: this.config.channel, callback: name, _: new Date().getTime() }),
      value => {
        this.signing = null;
        const signature = value as Signature | undefined;
        if (!signature || signature.type !== 'sign') return failed();
        this.backoff.reset();
        this.cname = signature.cname;
        this.token = signature.token;
        this.sub_timeout = (parseInt(String(signature.sub_timeout), 10) || 30) * 1300;
        this.subscribe();
      },
      'icomet_cb_',
    );
  }

  private subscribe(): void {
    const place = splitSubUrl(this.subUrl);
    const wanted = this.config.transports || (place.known ? ['sse', 'iframe', 'jsonp'] : ['jsonp']);
    const client = (this.client = new HalleyClient({
      url: place.base,
      paths: { poll: place.path },
      transports: wanted.map((name): string | Transport => (name === 'iframe' ? foreverFrame : name)),
      heartbeatTimeout: this.sub_timeout,
      reopen: true,
    }));
    const subscription = (this.subscription = client.subscribe(this.cname, {
      token: this.token,
      seq: this.position.seq,
      epoch: this.position.epoch,
    }));
    const config = this.config;
    subscription.on('message', message => {
      const callback = config.callback || config.sub_callback;
      try {
        if (callback) callback(message.content, message.type);
      } catch (error) {
        this.log(error);
      }
    });
    if (config.onGap) subscription.on('gap', gap => config.onGap!(gap));
    if (config.onReset) subscription.on('reset', reset => config.onReset!(reset));
    subscription.on('close', event => {
      if (event.reason === 'unauthorized') this.refused();
    });
  }

  /** The token no longer holds: a server that started again made new ones. */
  private refused(): void {
    this.stop();
    this.stopped = false;
    this.signTimer = setTimeout(() => {
      this.stopped = true;
      this.start();
    }, this.backoff.next()) as unknown as number;
  }
}

/** The address above /sub, and the name of /sub itself; known: the other transports lie beside it. */
function splitSubUrl(address: string): { base: string; path: string; known: boolean } {
  const parts = /^([^?#]*\/)([^/?#]*)(\?[^#]*)?/.exec(absolute(address))!;
  return { base: parts[1] + (parts[3] || ''), path: parts[2], known: parts[2] === 'sub' || parts[2] === 'poll' };
}
