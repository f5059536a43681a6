import { type Store } from './store.js';
import type { Transport } from './transports/transport.js';
/** The transports from best to last, and which of them is to be tried next. */
export declare class Ladder {
    private readonly rungs;
    private readonly origin;
    private readonly store;
    private at;
    private failures;
    private proven;
    constructor(rungs: Transport[], origin: string, store: Store | null);
    get current(): Transport;
    /** Those above the current one, best first. */
    get better(): Transport[];
    /** The transport opened. It is the current one from now on. */
    opened(transport: Transport): void;
    /** It was open for long enough to be trusted. */
    lasted(): void;
    /**
     * The current one failed. silent: the server never said a word, as behind a proxy that buffers; so no other stream is
     * tried.
     * Returns whether to wait before the next try.
     */
    failed(silent: boolean): boolean;
}
