import type { Query } from '../address.js';
import type { Place } from './address.js';
import type { PushMessage } from './message.js';
/** One of the ways to be connected. */
export interface Mode {
    /** 'WebSocket', 'EventSource', 'Stream' or 'LongPolling'. */
    readonly type: string;
    /** fresh: the page asked for it, perhaps with other channels; otherwise it goes on after a failure. */
    connect(fresh: boolean): void;
    /** Returns whether there was a connection. */
    disconnect(): boolean;
    send?(text: string): void;
}
/** What a mode needs of its PushStream. */
export interface Stream extends Place {
    readonly id: number;
    readonly readyState: number;
    _etag: string | number | null;
    _lastModified: string | null;
    _lastEventId: string | null;
    readonly _crossDomain: boolean;
    _keepConnected: boolean;
    _useControlArguments(): boolean;
    _onopen(): void;
    _onerror(error: {
        type: 'load' | 'timeout';
    }): void;
    _onmessage(text: string, id: number, channel: string, eventid: string, isLast: boolean, time: string | undefined): void;
}
/** The parameters of a question: the page's own, and where it stands. */
export declare function parameters(stream: Stream, more?: Query): Query;
/** Remembers where the message stands, and hands it on. */
export declare function take(stream: Stream, message: PushMessage, isLast: boolean): void;
export declare function hand(stream: Stream, message: PushMessage, isLast: boolean): void;
