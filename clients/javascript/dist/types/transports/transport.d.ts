import type { Query } from '../address.js';
import type { WireMessage } from '../wire.js';
/** What a transport reports of its connection; nothing after ended. */
export interface Receiver {
    /** The server answered; nothing was said yet. */
    connected(): void;
    received(messages: WireMessage[]): void;
    ended(): void;
}
/** A way to hear a channel. */
export interface Transport {
    readonly name: string;
    /** Whether one answer carries many messages: then a proxy that buffers shows by silence. */
    readonly streams: boolean;
    /** Whether this browser can. */
    supported(): boolean;
    /** address: where to ask, from the position as it is now. Returns what closes the connection, without ended. */
    open(address: (path: string, more?: Query) => string, receiver: Receiver): () => void;
}
