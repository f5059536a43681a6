export { HalleyClient } from './client.js';
export type { BackoffOptions } from './backoff.js';
export type { CloseEvent, CloseReason, GapEvent, MessageEvent, OpenEvent, ResetEvent, SubscriptionEvents, } from './events.js';
export type { HalleyOptions, SubscribeOptions } from './options.js';
export type { Position, Store } from './store.js';
export { Subscription } from './subscription.js';
export type { Receiver, Transport } from './transports/transport.js';
export type { WireMessage } from './wire.js';
