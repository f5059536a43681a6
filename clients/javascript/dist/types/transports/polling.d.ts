import type { Transport } from './transport';
export declare const longPolling: Transport;
export declare const jsonp: Transport;
