import type { FullSettings } from './settings.js';
export interface PushMessage {
    /** From 1; -1 a ping, -2 the channel was deleted, -3 a poll that timed out. */
    id: number;
    channel: string;
    text: string;
    tag: string | number | undefined;
    time: string | undefined;
    eventid: string;
}
/** A message as the server's template wrote it: JSON, under whatever names the page was told. null: it is none. */
export declare function readMessage(source: unknown, keys: FullSettings): PushMessage | null;
/**
 * Publishers that use this script send text percent-encoded; what others sent may hold a bare percent sign, and stays
 * as it is.
 */
export declare function unescapeText(text: string): string;
/** An answer may hold several, one directly behind the other. */
export declare function splitMessages(text: string): string[];
