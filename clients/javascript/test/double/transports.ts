import type { Receiver, Transport } from '../../src/transports/transport';
import type { WireMessage } from '../../src/wire';
import type { DoubleServer } from './server';

/**
 * works; refuses: no connection comes about; mute: no answer at all; buffers: a head, then nothing, as behind a proxy
 * that buffers.
 */
export type Weather = 'works' | 'refuses' | 'mute' | 'buffers';

/** A transport to a server in memory, each hop of which takes 10 ms. */
export class DoubleTransport implements Transport {
  weather: Weather = 'works';
  opens = 0;
  /** When each was opened, by the clock. */
  readonly times: number[] = [];

  constructor(
    readonly name: string,
    readonly streams: boolean,
    private readonly server: DoubleServer,
  ) {}

  supported(): boolean {
    return true;
  }

  open(address: (path: string) => string, receiver: Receiver): () => void {
    this.opens++;
    this.times.push(Date.now());
    let closed = false;
    let hangUp = () => {};
    const later = (action: () => void) =>
      setTimeout(() => {
        if (!closed) action();
      }, 10);
    const end = () =>
      later(() => {
        closed = true;
        receiver.ended();
      });
    const ask = () => {
      const query = Object.fromEntries(new URL(address(this.name)).searchParams);
      later(() => {
        if (!this.server.up || this.weather === 'refuses') return void end();
        if (this.weather === 'mute') return;
        receiver.connected();
        if (this.weather === 'buffers') return;
        hangUp = this.server.subscribe(
          query,
          !this.streams,
          (messages: WireMessage[]) =>
            later(() => {
              receiver.received(messages);
              if (!this.streams && !closed) ask();
            }),
          () => {
            if (this.streams || !this.server.up) end();
          },
        );
      });
    };
    ask();
    return () => {
      closed = true;
      hangUp();
    };
  }
}

export interface Five {
  websocket: DoubleTransport;
  sse: DoubleTransport;
  streaming: DoubleTransport;
  longpolling: DoubleTransport;
  jsonp: DoubleTransport;
}

export function five(server: DoubleServer): Five {
  return {
    websocket: new DoubleTransport('websocket', true, server),
    sse: new DoubleTransport('sse', true, server),
    streaming: new DoubleTransport('streaming', true, server),
    longpolling: new DoubleTransport('longpolling', false, server),
    jsonp: new DoubleTransport('jsonp', false, server),
  };
}
