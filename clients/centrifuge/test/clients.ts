import { createHmac } from 'node:crypto';
import { Centrifuge, type Options } from 'centrifuge';
import { Centrifuge as Protobuf } from 'centrifuge/build/protobuf';
import { EventSource } from 'eventsource';
import WebSocket from 'ws';
import { secret, type Halley } from './halley';

// The same class, declared a second time.
const BinaryCentrifuge = Protobuf as unknown as typeof Centrifuge;

type Make = (server: Halley, options?: Partial<Options>, emulation?: Halley) => Centrifuge;

const common = { minReconnectDelay: 50, maxReconnectDelay: 300 };

function emulated(Client: typeof Centrifuge, transport: 'http_stream' | 'sse'): Make {
  return (server, options = {}, emulation = server) =>
    new Client([{ transport, endpoint: server.http(`/connection/${transport}`) }], {
      ...common,
      emulationEndpoint: emulation.http('/emulation'),
      fetch: globalThis.fetch,
      readableStream: globalThis.ReadableStream,
      eventsource: EventSource,
      ...options,
    });
}

/** The SDK over each of its transports, in both forms of the protocol. */
export const transports: [name: string, make: Make][] = [
  [
    'websocket',
    (server, options = {}) =>
      new Centrifuge(server.webSocket('/connection/websocket'), { ...common, websocket: WebSocket, ...options }),
  ],
  [
    'websocket with protobuf',
    (server, options = {}) =>
      new BinaryCentrifuge(server.webSocket('/connection/websocket'), { ...common, websocket: WebSocket, ...options }),
  ],
  ['http_stream', emulated(Centrifuge, 'http_stream')],
  ['http_stream with protobuf', emulated(BinaryCentrifuge, 'http_stream')],
  ['sse', emulated(Centrifuge, 'sse')],
];

/** What an application gives to publish, and what it gets: Protobuf has bytes for JSON. */
export const toData = (client: Centrifuge, value: unknown): unknown =>
  client instanceof BinaryCentrifuge ? new TextEncoder().encode(JSON.stringify(value)) : value;

export function fromData(data: unknown): unknown {
  if (!ArrayBuffer.isView(data)) {
    return data;
  }
  return data.byteLength === 0 ? undefined : JSON.parse(new TextDecoder().decode(data as Uint8Array));
}

/** A token as any back end makes it. */
export function token(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
