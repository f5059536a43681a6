import type { Emitter, SubscriptionEvents } from './events.js';
import type { WireMessage } from './wire.js';

/** What the connection has to do once a message was taken. */
export type Verdict = 'go on' | 'behind' | 'closed' | 'unauthorized' | 'busy';

/**
 * Where a subscriber stands in its channel, and what follows from each thing the server says: nothing is handed on
 * twice, and what is missing is told.
 * It knows no connection; two may feed it at once.
 */
export class Track {
  /** The incarnation of the channel; '' as long as no server named one. */
  epoch = '';
  /** The offset wanted next; 0: whatever comes from now on. */
  next = 0;

  constructor(
    private readonly channel: string,
    private readonly events: Emitter<SubscriptionEvents>,
  ) {}

  take(message: WireMessage): Verdict {
    switch (message.type) {
      case 'data':
      case 'broadcast':
        this.message(message);
        return 'go on';
      case 'exact':
        this.exact(message);
        return 'go on';
      case 'gap':
        this.gap(message);
        return 'go on';
      case 'reset':
        this.reset(message.seq || 1, message.epoch || '', message.reason || 'epoch');
        return 'go on';
      case 'next_seq':
        this.nextSeq(message.seq || 0);
        return 'go on';
      case 'noop':
        return this.isBehind(message) ? 'behind' : 'go on';
      case 'close':
        return 'closed';
      case '401':
      case '404':
        return 'unauthorized';
      case '429':
        return 'busy';
      default:
        return 'go on'; // a type of a later server
    }
  }

  private message(message: WireMessage): void {
    const seq = message.seq || 0;
    if (this.next) {
      if (seq < this.next) return; // a duplicate: two connections overlapped, or more was replayed than was missed
      if (seq > this.next) this.lost(this.next, seq - 1, 'unknown');
    }
    this.next = seq + 1;
    this.events.emit('message', {
      channel: this.channel,
      content: message.content || '',
      seq,
      epoch: this.epoch,
      type: message.type as 'data' | 'broadcast',
    });
  }

  private exact(message: WireMessage): void {
    const epoch = message.epoch || '';
    const seq = message.seq || 1;
    if (this.epoch && this.epoch !== epoch) {
      this.reset(seq, epoch, 'epoch');
      return;
    }
    this.epoch = epoch;
    if (!this.next) this.next = seq;
    else if (seq > this.next) this.lost(this.next, seq - 1, 'unknown');
  }

  private gap(message: WireMessage): void {
    this.epoch = message.epoch || this.epoch;
    this.lost(message.from || 0, message.to || 0, message.reason || 'unknown');
  }

  private lost(from: number, to: number, reason: string): void {
    if (this.next && from < this.next) from = this.next; // the rest is here already
    if (to < from) return;
    this.next = to + 1;
    this.events.emit('gap', { channel: this.channel, from, to, reason, epoch: this.epoch });
  }

  private reset(seq: number, epoch: string, reason: string): void {
    this.next = seq;
    this.epoch = epoch;
    this.events.emit('reset', { channel: this.channel, reason, seq, epoch });
  }

  /**
   * The original server's way to say where its numbers are: at the start, after a broadcast, or because it started
   * again.
   */
  private nextSeq(seq: number): void {
    if (!this.next) this.next = seq;
    else if (seq > this.next) this.lost(this.next, seq - 1, 'unknown');
    else if (seq < this.next) this.reset(seq, '', 'ahead');
  }

  private isBehind(heartbeat: WireMessage): boolean {
    if (heartbeat.epoch === undefined || !this.next) return false;
    return heartbeat.epoch !== this.epoch || (heartbeat.top || 0) >= this.next;
  }
}
