import { type Mode, type Stream } from './mode.js';
/** WebSocket: each text is a message; sending goes through it too. */
export declare function socketMode(stream: Stream): Mode;
/**
 * Server-sent events. The browser reconnects by itself, with Last-Event-ID; only where the position goes in the address
 * do we, for the browser
 * would repeat the old one.
 */
export declare function eventsMode(stream: Stream): Mode;
