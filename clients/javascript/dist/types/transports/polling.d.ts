import type { Transport } from './transport.js';
export declare const longPolling: Transport;
export declare const jsonp: Transport;
