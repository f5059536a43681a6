import type { Transport } from './transport';
export declare const serverSentEvents: Transport;
export declare const streaming: Transport;
