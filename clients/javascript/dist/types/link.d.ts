import type { Query } from './address.js';
import type { Transport } from './transports/transport.js';
import type { WireMessage } from './wire.js';
/** How a link ended: it failed, nothing was ever said, it was lost, or it fell silent. */
export type LinkEnd = 'failed' | 'mute' | 'lost' | 'silent';
export interface LinkOwner {
    linkOpened(link: Link): void;
    linkReceived(link: Link, messages: WireMessage[]): void;
    linkEnded(link: Link, end: LinkEnd): void;
}
export interface LinkTerms {
    /** Milliseconds in which it has to open. */
    openTimeout: number;
    /** Milliseconds of silence after which it counts as dead. */
    heartbeatTimeout: number;
    /**
     * Whether the server says something at once: then a mere response head, which a buffering proxy may let through, is
     * no opening.
     */
    greeted: boolean;
}
/**
 * One connection over one transport, with the two patiences: until it opens, and while it is silent. Its owner hears of
 * it never from within the constructor.
 */
export declare class Link {
    readonly transport: Transport;
    private readonly address;
    private readonly terms;
    private readonly owner;
    isOpen: boolean;
    openedAt: number;
    heardAt: number;
    private over;
    private timer;
    private disconnect;
    constructor(transport: Transport, address: (path: string, more?: Query) => string, terms: LinkTerms, owner: LinkOwner);
    /** Ends it without a word to the owner. */
    close(): void;
    /** Timers sleep in a hidden page: looks at the clock itself. */
    check(): void;
    private connect;
    private received;
    private open;
    private hear;
    private end;
    private wait;
}
