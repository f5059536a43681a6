import { type SubscriptionEvents } from './events.js';
import { Link, type LinkEnd, type LinkOwner } from './link.js';
import { type HalleyOptions, type SubscribeOptions } from './options.js';
import { type Position } from './store.js';
import type { WireMessage } from './wire.js';
/**
 * One channel, followed for as long as it takes: a connection when there can be one, the next try when there is none,
 * and now and then a better
 * transport beside the one that works.
 */
export declare class Subscription implements LinkOwner {
    readonly channel: string;
    private readonly client;
    private readonly options;
    private readonly events;
    private readonly track;
    private readonly ladder;
    private readonly backoff;
    private readonly store;
    private link;
    /** A better transport that is tried beside the one that works. */
    private probe;
    private probes;
    private retryTimer;
    private climbTimer;
    private token;
    private asking;
    private paused;
    private stopped;
    constructor(channel: string, client: HalleyOptions, options: SubscribeOptions);
    /** Calls handler for each event of the type; returns what takes it off again. */
    on<K extends keyof SubscriptionEvents>(type: K, handler: (event: SubscriptionEvents[K]) => void): () => void;
    off<K extends keyof SubscriptionEvents>(type: K, handler: (event: SubscriptionEvents[K]) => void): void;
    /** Where it stands: another subscription goes on from here, on whatever transport. */
    get position(): Position;
    /** The name of the transport that is open, or ''. */
    get transport(): string;
    /** Ends it for good. */
    close(): void;
    /** The page cannot have connections now. */
    pause(reason: 'offline' | 'hidden'): void;
    /** The page may have connections again, or has been asleep: sees to it at once. */
    wake(): void;
    /** Only for the link. */
    linkOpened(link: Link): void;
    /** Only for the link. */
    linkReceived(link: Link, messages: WireMessage[]): void;
    /** Only for the link. */
    linkEnded(link: Link, end: LinkEnd): void;
    private get key();
    private retry;
    private delay;
    private connect;
    private askToken;
    private dial;
    private address;
    /** A JSON Web Token has three parts; what iComet's /sign gives out has one. */
    private get tokenName();
    /** The connection is over; there will be another one. */
    private again;
    /** content: what the server says of it. */
    private obey;
    private unauthorized;
    private finish;
    private drop;
    private planClimb;
    /** Each time another one of those that would be better. */
    private climb;
}
