import type { Emitter, SubscriptionEvents } from './events.js';
import type { WireMessage } from './wire.js';
/** What the connection has to do once a message was taken. */
export type Verdict = 'go on' | 'behind' | 'closed' | 'unauthorized' | 'busy';
/**
 * Where a subscriber stands in its channel, and what follows from each thing the server says: nothing is handed on
 * twice, and what is missing is told.
 * It knows no connection; two may feed it at once.
 */
export declare class Track {
    private readonly channel;
    private readonly events;
    /** The incarnation of the channel; '' as long as no server named one. */
    epoch: string;
    /** The offset wanted next; 0: whatever comes from now on. */
    next: number;
    constructor(channel: string, events: Emitter<SubscriptionEvents>);
    take(message: WireMessage): Verdict;
    private message;
    private exact;
    private gap;
    private lost;
    private reset;
    /**
     * The original server's way to say where its numbers are: at the start, after a broadcast, or because it started
     * again.
     */
    private nextSeq;
    private isBehind;
}
