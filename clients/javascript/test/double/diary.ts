import type { Subscription } from '../../src/subscription';

/** What a subscription told, as short lines in order. */
export function diary(subscription: Subscription): string[] {
  const lines: string[] = [];
  subscription.on('message', event => lines.push(event.content));
  subscription.on('gap', event => lines.push(`gap ${event.from}-${event.to} ${event.reason}`));
  subscription.on('reset', event => lines.push(`reset ${event.reason}`));
  subscription.on('open', event => lines.push(`open ${event.transport}`));
  subscription.on('close', event => lines.push(`close ${event.reason}${event.retry ? '' : ' for good'}`));
  return lines;
}
