import { openEvents } from '../carriers/events.js';
import { openStream } from '../carriers/stream.js';
import { hear } from './hear.js';
import type { Transport } from './transport.js';

export const serverSentEvents: Transport = {
  name: 'sse',
  streams: true,
  supported: () => typeof EventSource !== 'undefined',
  open: (address, receiver) => hear(receiver, line => openEvents(address('sse'), line)),
};

export const streaming: Transport = {
  name: 'streaming',
  streams: true,
  supported: () =>
    typeof fetch !== 'undefined' &&
    typeof ReadableStream !== 'undefined' &&
    typeof AbortController !== 'undefined' &&
    typeof TextDecoder !== 'undefined',
  open: (address, receiver) => hear(receiver, line => openStream(address('stream', { _: new Date().getTime() }), line)),
};
