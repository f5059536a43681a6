import type { Line } from './line.js';
/**
 * Server-sent events. The browser's own reconnecting knows neither backoff nor another transport, and is used only
 * where lasting is set:
 * then it ended when the browser gives up.
 */
export declare function openEvents(url: string, line: Line, lasting?: boolean): () => void;
