import type { Line } from './line.js';
/** An answer that does not end, one message a line. */
export declare function openStream(url: string, line: Line): () => void;
