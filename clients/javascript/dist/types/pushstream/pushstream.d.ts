import { type Channels } from './address.js';
import type { Mode, Stream } from './mode.js';
import { type FullSettings, type PushStreamSettings } from './settings.js';
/** All that were made, by their ids: a frame finds its own here. */
export declare const instances: PushStream[];
export interface PushStream extends FullSettings {
}
/** The interface of pushstream.js. What begins with _ is not for pages. */
export declare class PushStream implements Stream {
    static readonly CLOSED = 0;
    static readonly CONNECTING = 1;
    static readonly OPEN = 2;
    static LOG_LEVEL: string;
    static LOG_OUTPUT_ELEMENT_ID: string;
    readonly id: number;
    port: number;
    modes: string[];
    messagesPublishedAfter: Date | number | string | undefined;
    channels: Channels;
    channelsCount: number;
    readyState: number;
    wrappers: Mode[];
    wrapper: Mode | null;
    _etag: string | number | null;
    _lastModified: string | null;
    _lastEventId: string | null;
    _keepConnected: boolean;
    readonly _crossDomain: boolean;
    private _modeAt;
    private _retryTimer;
    constructor(settings?: PushStreamSettings);
    /** backtrack: how many of the newest old messages are wanted. While connected, it connects anew. */
    addChannel(channel: string, options?: {
        backtrack?: number;
    }): void;
    /** From the next connect on. */
    removeChannel(channel: string): void;
    removeAllChannels(): void;
    connect(): void;
    disconnect(): void;
    /** Publishes to all channels it has: over the WebSocket if that is the mode, else by a POST. */
    sendMessage(text: string, success?: (answer?: string) => void, error?: (status: number) => void): void;
    static sendMessage(url: string, text: string, success?: (answer?: string) => void, error?: (status: number) => void): void;
    _useControlArguments(): boolean;
    _onopen(): void;
    _onerror(error: {
        type: 'load' | 'timeout';
    }): void;
    _onmessage(text: string, id: number, channel: string, eventid: string, isLast: boolean, time: string | undefined): void;
    private _connect;
    private _hangUp;
    private _clearRetry;
    private _setState;
}
