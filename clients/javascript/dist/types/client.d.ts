import { type HalleyOptions, type SubscribeOptions } from './options.js';
import { Subscription } from './subscription.js';
/** A server, and the channels of it that this page follows. */
export declare class HalleyClient {
    private readonly options;
    private readonly subscriptions;
    private readonly unwatch;
    private closed;
    /** Throws if there is no address, or no transport that this browser has. */
    constructor(options: string | HalleyOptions);
    /**
     * Follows a channel until it is closed; connects once the handlers had time to be put on. Throws without a name, or
     * after close().
     */
    subscribe(channel: string, options?: SubscribeOptions): Subscription;
    /** Ends all subscriptions, for good. */
    close(): void;
    private each;
}
