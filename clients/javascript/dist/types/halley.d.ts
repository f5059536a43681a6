export { HalleyClient } from './client';
export type { BackoffOptions } from './backoff';
export type { CloseEvent, CloseReason, GapEvent, MessageEvent, OpenEvent, ResetEvent, SubscriptionEvents } from './events';
export type { HalleyOptions, SubscribeOptions } from './options';
export type { Position, Store } from './store';
export { Subscription } from './subscription';
export type { Receiver, Transport } from './transports/transport';
export type { WireMessage } from './wire';
