import { openSocket } from '../carriers/socket.js';
import { hear } from './hear.js';
import type { Transport } from './transport.js';

export const webSocket: Transport = {
  name: 'websocket',
  streams: true,
  supported: () => typeof WebSocket !== 'undefined',
  open: (address, receiver) => hear(receiver, line => openSocket(address('ws').replace(/^http/, 'ws'), line).close),
};
