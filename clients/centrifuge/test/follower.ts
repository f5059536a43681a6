import type { Centrifuge, SubscribedContext, Subscription, SubscriptionOptions } from 'centrifuge';
import { fromData } from './clients';

/** A client's subscription, and what it heard. */
export interface Follower {
  client: Centrifuge;
  sub: Subscription;
  /** The data of its subscription. */
  given: unknown;
  heard: unknown[];
  /** What it was told when it came back. */
  told: unknown[];
}

/** Connects a client that follows a channel. Returns once it is subscribed. */
export async function follow(
  client: Centrifuge,
  channel: string,
  options: Partial<SubscriptionOptions> = {},
): Promise<Follower> {
  const sub = client.newSubscription(channel, { recoverable: true, ...options });
  const [heard, told]: unknown[][] = [[], []];
  sub.on('publication', ctx => heard.push(fromData(ctx.data)));
  sub.on('subscribed', ctx => {
    if (ctx.wasRecovering) {
      told.push({ recovered: ctx.recovered, data: fromData(ctx.data) });
    }
  });
  const subscribed = new Promise<SubscribedContext>(resolve => sub.once('subscribed', resolve));
  sub.subscribe();
  client.connect();
  await sub.ready(20_000);
  return { client, sub, given: fromData((await subscribed).data), heard, told };
}
