import type { Line } from '../carriers/line.js';
import type { Receiver } from './transport.js';
/** Each text is a message; one that is not ends the connection, for what follows cannot be trusted. */
export declare function hear(receiver: Receiver, open: (line: Line) => () => void): () => void;
