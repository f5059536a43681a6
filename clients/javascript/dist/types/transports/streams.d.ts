import type { Transport } from './transport.js';
export declare const serverSentEvents: Transport;
export declare const streaming: Transport;
