/** One object as the server sends it; docs/protocols/icomet.md says which type has which fields. */
export interface WireMessage {
    type: string;
    cname?: string;
    seq?: number;
    content?: string;
    epoch?: string;
    from?: number;
    to?: number;
    reason?: string;
    /** Offset of the channel's newest message, in a heartbeat. */
    top?: number;
}
/**
 * What a piece of text holds: one object or an array of them; null if it is something else, a proxy's page for example.
 */
export declare function parseMessages(text: string): WireMessage[] | null;
export declare function asMessages(value: unknown): WireMessage[] | null;
