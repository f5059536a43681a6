import { below, originOf, withQuery, type Query } from './address.js';
import { Backoff } from './backoff.js';
import { Emitter, type CloseReason, type SubscriptionEvents } from './events.js';
import { Ladder } from './ladder.js';
import { Link, type LinkEnd, type LinkOwner } from './link.js';
import { chooseStore, chooseTransports, type HalleyOptions, type SubscribeOptions } from './options.js';
import { isOffline } from './page.js';
import { loadPosition, savePosition, sessionStore, type Position, type Store } from './store.js';
import { Track, type Verdict } from './track.js';
import type { Transport } from './transports/transport.js';
import type { WireMessage } from './wire.js';

/** Milliseconds a connection has to live before its transport is trusted, and its next loss is not held against it. */
const Lasting = 5000;

/**
 * One channel, followed for as long as it takes: a connection when there can be one, the next try when there is none,
 * and now and then a better
 * transport beside the one that works.
 */
export class Subscription implements LinkOwner {
  private readonly events = new Emitter<SubscriptionEvents>();
  private readonly track: Track;
  private readonly ladder: Ladder;
  private readonly backoff: Backoff;
  private readonly store: Store | null;
  private link: Link | null = null;
  /** A better transport that is tried beside the one that works. */
  private probe: Link | null = null;
  private probes = 0;
  private retryTimer = 0;
  private climbTimer = 0;
  private token: string | undefined;
  private asking = false;
  private paused = false;
  private stopped = false;

  constructor(
    readonly channel: string,
    private readonly client: HalleyOptions,
    private readonly options: SubscribeOptions,
  ) {
    this.track = new Track(channel, this.events);
    this.ladder = new Ladder(chooseTransports(client.transports), originOf(client.url), sessionStore());
    this.backoff = new Backoff(client.backoff || {});
    this.store = chooseStore(client.storage);
    const known: Position | null = options.seq
      ? { seq: options.seq, epoch: options.epoch || '' }
      : loadPosition(this.store, this.key);
    if (known) {
      this.track.next = known.seq;
      this.track.epoch = known.epoch;
    }
    if (typeof options.token !== 'function') this.token = options.token || '';
    this.retry(0); // handlers are put on first
  }

  /** Calls handler for each event of the type; returns what takes it off again. */
  on<K extends keyof SubscriptionEvents>(type: K, handler: (event: SubscriptionEvents[K]) => void): () => void {
    return this.events.on(type, handler);
  }

  off<K extends keyof SubscriptionEvents>(type: K, handler: (event: SubscriptionEvents[K]) => void): void {
    this.events.off(type, handler);
  }

  /** Where it stands: another subscription goes on from here, on whatever transport. */
  get position(): Position {
    return { epoch: this.track.epoch, seq: this.track.next };
  }

  /** The name of the transport that is open, or ''. */
  get transport(): string {
    return this.link && this.link.isOpen ? this.link.transport.name : '';
  }

  /** Ends it for good. */
  close(): void {
    this.finish('stopped');
  }

  /** The page cannot have connections now. */
  pause(reason: 'offline' | 'hidden'): void {
    if (this.paused || this.stopped) return;
    this.paused = true;
    this.drop(reason, true);
    // A browser may be wrong about the network, and a page that hides may not say that it is back.
    this.retry(this.backoff.max);
  }

  /** The page may have connections again, or has been asleep: sees to it at once. */
  wake(): void {
    if (this.stopped) return;
    this.paused = false;
    if (this.link) this.link.check();
    else {
      this.backoff.reset();
      this.retry(0);
    }
  }

  /** Only for the link. */
  linkOpened(link: Link): void {
    const change = link === this.probe;
    if (change) {
      this.probe = null;
      if (this.link) this.link.close();
      this.link = link;
    }
    this.ladder.opened(link.transport);
    this.planClimb();
    this.events.emit('open', { channel: this.channel, transport: link.transport.name });
  }

  /** Only for the link. */
  linkReceived(link: Link, messages: WireMessage[]): void {
    if (link === this.probe) {
      // refused
      link.close();
      return this.linkEnded(link, 'failed');
    }
    for (let i = 0; i < messages.length; i++) {
      const verdict = this.track.take(messages[i]);
      if (this.track.next) savePosition(this.store, this.key, this.position);
      if (link !== this.link) return; // a handler closed it
      // A poll that is behind asks again anyway.
      if (verdict !== 'go on' && (verdict !== 'behind' || link.transport.streams)) {
        return this.obey(verdict, messages[i].content);
      }
    }
  }

  /** Only for the link. */
  linkEnded(link: Link, end: LinkEnd): void {
    if (link === this.probe) {
      this.probe = null;
      this.planClimb();
      return;
    }
    if (link !== this.link) return;
    if (end === 'lost' || end === 'silent') return this.again(end);
    this.link = null;
    this.retry(this.ladder.failed(end === 'mute') ? this.delay() : 0);
  }

  private get key(): string {
    return 'halley:at:' + this.client.url + ':' + this.channel;
  }

  private retry(delay: number): void {
    clearTimeout(this.retryTimer);
    if (!this.stopped) this.retryTimer = setTimeout(() => this.connect(), delay) as unknown as number;
  }

  private delay(): number {
    const delay = this.backoff.next();
    return isOffline() ? this.backoff.max : delay;
  }

  private connect(): void {
    if (this.stopped || this.link || this.asking) return;
    this.paused = false;
    if (this.token === undefined) return this.askToken();
    this.link = this.dial(this.ladder.current);
  }

  private askToken(): void {
    const failed = () => {
      this.asking = false;
      this.retry(this.delay());
    };
    this.asking = true;
    try {
      const answer = (this.options.token as () => string | PromiseLike<string>)();
      const settle = (token: string) => {
        this.asking = false;
        this.token = token || '';
        this.connect();
      };
      if (typeof answer === 'string') settle(answer);
      else answer.then(settle, failed);
    } catch (_) {
      failed();
    }
  }

  private dial(transport: Transport): Link {
    const client = this.client;
    return new Link(
      transport,
      (path, more) => this.address(path, more),
      {
        openTimeout: client.openTimeout || 5000,
        heartbeatTimeout: client.heartbeatTimeout || 45000,
        // A server that knows positions says at once where we stand; the original does so only to who does not know.
        greeted: !this.track.next || !!this.track.epoch,
      },
      this,
    );
  }

  private address(path: string, more: Query = {}): string {
    const client = this.client;
    const query: Query = {
      cname: this.channel,
      seq: this.track.next,
      epoch: this.track.epoch,
      [this.tokenName]: this.token || undefined,
    };
    [client.params || {}, more].forEach(extra => {
      for (const name in extra) query[name] = extra[name];
    });
    return withQuery(below(client.url, (client.paths && client.paths[path]) || path), query);
  }

  /** A JSON Web Token has three parts; what iComet's /sign gives out has one. */
  private get tokenName(): string {
    return this.client.tokenName || (/^[^.]+\.[^.]+\.[^.]+$/.test(this.token || '') ? 'access_token' : 'token');
  }

  /** The connection is over; there will be another one. */
  private again(reason: CloseReason, content?: string): void {
    const link = this.link!;
    const lasted = link.isOpen && new Date().getTime() - link.openedAt >= Lasting;
    if (lasted) {
      this.backoff.reset();
      this.ladder.lasted();
    }
    this.drop(reason, true, content);
    const wait = this.delay();
    const counts = !lasted && (reason === 'lost' || reason === 'silent');
    this.retry(counts && !this.ladder.failed(false) ? 0 : wait);
  }

  /** content: what the server says of it. */
  private obey(verdict: Verdict, content?: string): void {
    if (verdict === 'unauthorized') this.unauthorized(content);
    else if (verdict === 'closed' && !this.client.reopen) this.finish('closed', content);
    else this.again(verdict as CloseReason, content);
  }

  private unauthorized(content?: string): void {
    if (typeof this.options.token !== 'function') return this.finish('unauthorized', content);
    this.token = undefined;
    this.drop('unauthorized', true, content);
    this.retry(this.delay());
  }

  private finish(reason: CloseReason, content?: string): void {
    if (this.stopped) return;
    this.stopped = true;
    clearTimeout(this.retryTimer);
    this.drop(reason, false, content);
  }

  private drop(reason: CloseReason, retry: boolean, content = ''): void {
    const wasOpen = this.link && this.link.isOpen;
    clearTimeout(this.climbTimer);
    if (this.link) this.link.close();
    if (this.probe) this.probe.close();
    this.link = this.probe = null;
    if (wasOpen || !retry || reason === 'busy' || reason === 'unauthorized')
      this.events.emit('close', { channel: this.channel, reason, retry, content });
  }

  private planClimb(): void {
    clearTimeout(this.climbTimer);
    const first = this.client.climbAfter === undefined ? 60000 : this.client.climbAfter;
    if (!first || !this.ladder.better.length) {
      this.probes = 0;
      return;
    }
    this.climbTimer = setTimeout(
      () => this.climb(),
      first * Math.pow(2, Math.min(this.probes, 4)),
    ) as unknown as number;
  }

  /** Each time another one of those that would be better. */
  private climb(): void {
    const better = this.ladder.better;
    this.probe = this.dial(better[this.probes++ % better.length]);
  }
}
