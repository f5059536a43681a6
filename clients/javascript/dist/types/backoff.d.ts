export interface BackoffOptions {
    /** Milliseconds before the first new try. Default 1,000. */
    min?: number;
    /** Milliseconds at most. Default 30,000. */
    max?: number;
    /** How much longer each further wait is. Default 2. */
    factor?: number;
}
/**
 * How long to wait before the next try: longer each time, and at random within the upper half, so that a server that
 * comes back is not met by all at once.
 */
export declare class Backoff {
    readonly max: number;
    private readonly min;
    private readonly factor;
    private tries;
    constructor(options: BackoffOptions);
    next(): number;
    reset(): void;
}
