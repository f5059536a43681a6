import type { Line } from './line';
/** An answer that does not end, one message a line. */
export declare function openStream(url: string, line: Line): () => void;
