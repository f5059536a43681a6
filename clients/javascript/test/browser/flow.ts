import { expect } from 'vitest';
import type { Halley } from './halley';
import type { Told } from './ledger';

/** Messages that are published at one node while others fail; and whether what a page was told of them is true and whole. */
export class Flow {
  private sent = 0;
  private readonly acknowledged: number[] = [];
  /** By each move of the channel: the last message that may have gone with the node that had it. */
  private readonly perhapsLost: number[] = [];
  private flowing = false;
  private ended = Promise.resolve();

  constructor(private readonly node: Halley, private readonly channel: string) { }

  /** The newest message that was acknowledged. */
  get last(): string {
    return `message ${this.acknowledged[this.acknowledged.length - 1]}`;
  }

  /** Publishes until so many more are acknowledged. */
  async publish(count: number): Promise<void> {
    for (let end = this.acknowledged.length + count, tries = 0; this.acknowledged.length < end; tries++) {
      if (tries > count + 1000) throw new Error('no node takes messages');
      await this.publishOne();
    }
  }

  /** Publishes on and on while something happens, and some more. */
  async during(action: () => Promise<void>): Promise<void> {
    this.flowing = true;
    this.ended = (async () => {
      while (this.flowing) await this.publishOne();
    })();
    try {
      await action();
    } finally {
      this.flowing = false;
      await this.ended;
    }
    await this.publish(20);
  }

  /** The channel is another node's from here on: what was published before may be lost, if subscribers are told. */
  moved(): void {
    this.perhapsLost.push(this.sent);
  }

  /** Nothing twice, nothing in the wrong order; nothing missing but what a move took along, and that was told; everything to the end. */
  check(told: Told[]): void {
    let next = 1;
    let last = 0;
    let resets = 0;
    let resetsBefore = 0;
    for (const event of told) {
      if (event.event === 'reset') {
        next = event.seq!;
        resets++;
      } else if (event.event === 'message') {
        expect(event.seq, 'each once and in order').toBe(next++);
        const number = Number(event.content!.replace('message ', ''));
        expect(number, 'in the order in which they were published').toBeGreaterThan(last);
        const owedSince = resets > resetsBefore ? this.perhapsLost[resets - 1] : 0;
        expect(this.acknowledged.filter(one => one > last && one < number && one > owedSince), `lost before ${event.content}`).toEqual([]);
        last = number;
        resetsBefore = resets;
      }
    }
    expect(resets, 'one reset for each move').toBe(this.perhapsLost.length);
    expect(told.filter(event => event.event === 'gap')).toEqual([]);
    expect(`message ${last}`, 'everything to the end').toBe(this.last);
  }

  private async publishOne(): Promise<void> {
    const number = ++this.sent;
    try {
      await this.node.publish(this.channel, `message ${number}`);
      this.acknowledged.push(number);
    } catch { /* The publisher was told: it may have been done, or not. */ }
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
