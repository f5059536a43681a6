/** What the page tells the client. */
export interface PageEvents {
    online(): void;
    offline(): void;
    /** It is left, or kept aside by the browser: connections have to go. */
    hidden(): void;
    /** It is in front again, after any time: timers may have slept. */
    shown(): void;
}
/** Follows the page's comings and goings; returns what ends that. Outside a page nothing happens. */
export declare function watchPage(events: PageEvents): () => void;
export declare function isOffline(): boolean;
