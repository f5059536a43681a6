import { openEvents } from '../carriers/events';
import { openStream } from '../carriers/stream';
import { hear } from './hear';
import type { Transport } from './transport';

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
