import { openEvents } from '../carriers/events';
import type { Line } from '../carriers/line';
import { openSocket } from '../carriers/socket';
import { openStream } from '../carriers/stream';
import { parseMessages } from '../wire';
import type { Receiver, Transport } from './transport';

export const webSocket: Transport = {
  name: 'websocket',
  streams: true,
  supported: () => typeof WebSocket !== 'undefined',
  open: (address, receiver) => hear(receiver, line => openSocket(address('ws').replace(/^http/, 'ws'), line).close),
};

export const serverSentEvents: Transport = {
  name: 'sse',
  streams: true,
  supported: () => typeof EventSource !== 'undefined',
  open: (address, receiver) => hear(receiver, line => openEvents(address('sse'), line)),
};

export const streaming: Transport = {
  name: 'streaming',
  streams: true,
  supported: () => typeof fetch !== 'undefined' && typeof ReadableStream !== 'undefined' && typeof AbortController !== 'undefined' && typeof TextDecoder !== 'undefined',
  open: (address, receiver) => hear(receiver, line => openStream(address('stream', { _: new Date().getTime() }), line)),
};

/** Each text is a message; one that is not ends the connection, for what follows cannot be trusted. */
function hear(receiver: Receiver, open: (line: Line) => () => void): () => void {
  const close = open({
    opened: () => receiver.connected(),
    text(data) {
      const messages = parseMessages(data);
      if (messages) return receiver.received(messages);
      close();
      receiver.ended();
    },
    ended: () => receiver.ended(),
  });
  return close;
}
