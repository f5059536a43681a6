import type { Query } from './address.js';
import type { Transport } from './transports/transport.js';
import type { WireMessage } from './wire.js';

/** How a link ended: it failed, nothing was ever said, it was lost, or it fell silent. */
export type LinkEnd = 'failed' | 'mute' | 'lost' | 'silent';

export interface LinkOwner {
  linkOpened(link: Link): void;
  linkReceived(link: Link, messages: WireMessage[]): void;
  linkEnded(link: Link, end: LinkEnd): void;
}

export interface LinkTerms {
  /** Milliseconds in which it has to open. */
  openTimeout: number;
  /** Milliseconds of silence after which it counts as dead. */
  heartbeatTimeout: number;
  /**
   * Whether the server says something at once: then a mere response head, which a buffering proxy may let through, is
   * no opening.
   */
  greeted: boolean;
}

/**
 * One connection over one transport, with the two patiences: until it opens, and while it is silent. Its owner hears of
 * it never from within the constructor.
 */
export class Link {
  isOpen = false;
  openedAt = 0;
  heardAt = 0;
  private over = false;
  private timer = 0;
  private disconnect: (() => void) | undefined;

  constructor(
    readonly transport: Transport,
    private readonly address: (path: string, more?: Query) => string,
    private readonly terms: LinkTerms,
    private readonly owner: LinkOwner,
  ) {
    this.wait(0, () => this.connect());
  }

  /** Ends it without a word to the owner. */
  close(): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    if (this.disconnect) this.disconnect();
  }

  /** Timers sleep in a hidden page: looks at the clock itself. */
  check(): void {
    if (this.isOpen && new Date().getTime() - this.heardAt >= this.terms.heartbeatTimeout) this.end('silent');
  }

  private connect(): void {
    // Nothing is heard of a question that is held: then silence is a good sign.
    this.wait(this.terms.openTimeout, () => (this.transport.streams ? this.end('mute') : this.open()));
    try {
      const disconnect = this.transport.open(this.address, {
        connected: () => {
          if (!this.terms.greeted || !this.transport.streams) this.open();
        },
        received: messages => this.received(messages),
        ended: () => this.end(this.isOpen ? 'lost' : 'failed'),
      });
      this.disconnect = disconnect;
      if (this.over) disconnect(); // closed while it opened
    } catch (_) {
      this.end('failed'); // the browser refuses the address, by its policy for example
    }
  }

  private received(messages: WireMessage[]): void {
    if (this.over) return;
    if (!isRefusal(messages[0])) this.open();
    if (this.over) return;
    if (this.isOpen) this.hear();
    this.owner.linkReceived(this, messages);
  }

  private open(): void {
    if (this.isOpen || this.over) return;
    this.isOpen = true;
    this.openedAt = new Date().getTime();
    this.hear();
    this.owner.linkOpened(this);
  }

  private hear(): void {
    this.heardAt = new Date().getTime();
    this.wait(this.terms.heartbeatTimeout, () => this.end('silent'));
  }

  private end(how: LinkEnd): void {
    if (this.over) return;
    this.close();
    this.owner.linkEnded(this, how);
  }

  private wait(delay: number, then: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(then, delay) as unknown as number;
  }
}

/** The server answers, and will not have us. */
function isRefusal(message: WireMessage | undefined): boolean {
  return !!message && /^4\d\d$/.test(message.type);
}
