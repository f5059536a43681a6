/** What new PushStream takes: the names and defaults of pushstream.js 0.6. */
export interface PushStreamSettings {
    useSSL?: boolean;
    host?: string;
    port?: number | string;
    /** Milliseconds for a frame to register, and for a long poll to be answered. */
    timeout?: number;
    /** Milliseconds a frame may be silent. */
    pingtimeout?: number;
    reconnectOnTimeoutInterval?: number;
    reconnectOnChannelUnavailableInterval?: number;
    autoReconnect?: boolean;
    lastEventId?: string | null;
    /** A date; seconds back from now; negative: everything that is kept. */
    messagesPublishedAfter?: Date | number | string;
    messagesControlByArgument?: boolean;
    tagArgument?: string;
    timeArgument?: string;
    eventIdArgument?: string;
    useJSONP?: boolean;
    urlPrefixPublisher?: string;
    urlPrefixStream?: string;
    urlPrefixEventsource?: string;
    urlPrefixLongpolling?: string;
    urlPrefixWebsocket?: string;
    jsonIdKey?: string;
    jsonChannelKey?: string;
    jsonTextKey?: string;
    jsonTagKey?: string;
    jsonTimeKey?: string;
    jsonEventIdKey?: string;
    modes?: string;
    channelsByArgument?: boolean;
    channelsArgument?: string;
    extraParams?(): {
        [name: string]: string | number;
    };
    onopen?: (() => void) | null;
    onerror?: ((error: {
        type: 'load' | 'timeout';
    }) => void) | null;
    onstatuschange?: ((state: number) => void) | null;
    onchanneldeleted?: ((channel: string) => void) | null;
    onmessage?: ((text: string, id: number, channel: string, eventid: string, isLastMessageFromBatch: boolean, time: string | undefined) => void) | null;
}
/** All of them, each with a value. */
export type FullSettings = Required<Omit<PushStreamSettings, 'port' | 'modes' | 'messagesPublishedAfter'>>;
export declare function withDefaults(settings: PushStreamSettings): FullSettings;
