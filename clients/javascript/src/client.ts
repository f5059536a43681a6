import { absolute } from './address.js';
import { chooseTransports, type HalleyOptions, type SubscribeOptions } from './options.js';
import { watchPage } from './page.js';
import { Subscription } from './subscription.js';

/** A server, and the channels of it that this page follows. */
export class HalleyClient {
  private readonly options: HalleyOptions;
  private readonly subscriptions: Subscription[] = [];
  private readonly unwatch: () => void;
  private closed = false;

  /** Throws if there is no address, or no transport that this browser has. */
  constructor(options: string | HalleyOptions) {
    const given: HalleyOptions = typeof options === 'string' ? { url: options } : options;
    if (!given || typeof given.url !== 'string')
      throw new Error('HalleyClient: it needs the address of the server, as text or as { url }');
    const own = {} as { [name: string]: unknown };
    for (const name in given) own[name] = given[name as keyof HalleyOptions];
    own.url = absolute(given.url);
    this.options = own as unknown as HalleyOptions;
    chooseTransports(given.transports);
    this.unwatch = watchPage({
      online: () => this.each(subscription => subscription.wake()),
      shown: () => this.each(subscription => subscription.wake()),
      offline: () => this.each(subscription => subscription.pause('offline')),
      hidden: () => this.each(subscription => subscription.pause('hidden')),
    });
  }

  /**
   * Follows a channel until it is closed; connects once the handlers had time to be put on. Throws without a name, or
   * after close().
   */
  subscribe(channel: string, options: SubscribeOptions = {}): Subscription {
    if (this.closed) throw new Error('HalleyClient: it was closed');
    if (channel === undefined || channel === null)
      throw new Error('HalleyClient: subscribe needs the name of a channel');
    const subscription = new Subscription(channel, this.options, options);
    this.subscriptions.push(subscription);
    subscription.on('close', event => {
      const at = this.subscriptions.indexOf(subscription);
      if (!event.retry && at >= 0) this.subscriptions.splice(at, 1);
    });
    return subscription;
  }

  /** Ends all subscriptions, for good. */
  close(): void {
    this.closed = true;
    this.each(subscription => subscription.close());
    this.unwatch();
  }

  private each(action: (subscription: Subscription) => void): void {
    this.subscriptions.slice().forEach(action);
  }
}
