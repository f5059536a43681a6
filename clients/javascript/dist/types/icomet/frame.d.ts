import type { Transport } from '../transports/transport.js';
/** The forever iframe, for browsers that have nothing better. */
export declare const foreverFrame: Transport;
