/** What a carrier reports. After ended nothing follows; nor does ended follow, where the receiver closed it. */
export interface Line {
    /** The other side answered; nothing was said yet. */
    opened(): void;
    text(data: string): void;
    /** code: why a WebSocket closed. */
    ended(code?: number): void;
}
