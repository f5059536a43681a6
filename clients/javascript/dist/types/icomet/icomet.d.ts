import type { GapEvent, ResetEvent } from '../events.js';
/** As the original's; names with underscores are its older ones. */
export interface ICometConfig {
    channel: string;
    subUrl?: string;
    sub_url?: string;
    pubUrl?: string;
    pub_url?: string;
    /** An address of yours that signs the user in, and answers with what /sign said. */
    signUrl?: string;
    sign_url?: string;
    callback?(content: string, type: string): void;
    sub_callback?(content: string, type: string): void;
    /** Milliseconds of silence before it starts again; what /sign says counts more. Default 60,000. */
    sub_timeout?: number;
    /** Ours: default sse, iframe, jsonp; websocket, streaming and longpolling are known too. */
    transports?: string[];
    /** Ours: messages are lost, and which. */
    onGap?(gap: GapEvent): void;
    /** Ours: the channel's numbers began anew. */
    onReset?(reset: ResetEvent): void;
}
/**
 * The original script's interface over our client: it starts by itself, and begins again for as long as it is not
 * stopped.
 */
export declare class iComet {
    private readonly config;
    readonly id: number;
    cname: string;
    token: string;
    stopped: boolean;
    sub_timeout: number;
    private client;
    private subscription;
    private position;
    private signing;
    private signTimer;
    private readonly backoff;
    constructor(config: ICometConfig);
    start(): void;
    /** A later start goes on where this one stops. */
    stop(): void;
    /** Returns false, and sends nothing, if content is not text or there is no pubUrl. */
    pub(content: string, callback?: (answer: unknown) => void): boolean | void;
    log(...what: unknown[]): void;
    private get subUrl();
    private sign;
    private subscribe;
    /** The token no longer holds: a server that started again made new ones. */
    private refused;
}
