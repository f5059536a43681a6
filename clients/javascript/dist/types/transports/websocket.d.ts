import type { Transport } from './transport.js';
/**
 * WebSockets know no redirect. A server that shares its channels with others says instead, as the first thing and the last, where the channel is: then this
 * connection goes on there. Where that one fails it has failed as any other, and the next begins at the address that the page knows.
 */
export declare const webSocket: Transport;
