import { expect } from 'vitest';
import type { Halley } from './halley';

/** What the page wrote down of one event. */
export interface Told {
  event: 'message' | 'gap' | 'reset' | 'open' | 'close';
  content?: string;
  seq?: number;
  epoch?: string;
  from?: number;
  to?: number;
  transport?: string;
  reason?: string;
}

/** What was published, life by life of the server; and whether what a page was told of it is true and whole. */
export class Ledger {
  private lives: string[][] = [[]];
  private count = 0;

  constructor(
    private readonly halley: Halley,
    private readonly channel: string,
  ) {}

  get last(): string {
    const life = this.lives[this.lives.length - 1];
    return life[life.length - 1];
  }

  async publish(count: number, pause = 0): Promise<void> {
    for (let i = 0; i < count; i++) {
      const content = `message ${++this.count}`;
      // Written down first: one that was not acknowledged may have been delivered all the same.
      this.lives[this.lives.length - 1].push(content);
      await this.halley.publish(this.channel, content);
      if (pause) await new Promise(resolve => setTimeout(resolve, pause));
    }
  }

  async restart(downMilliseconds: number): Promise<void> {
    await this.halley.kill();
    await new Promise(resolve => setTimeout(resolve, downMilliseconds));
    this.lives.push([]);
    await this.halley.start();
  }

  /**
   * Nothing twice, nothing in the wrong order, nothing missing that was not told; and after the last reset everything
   * to the end.
   */
  check(told: Told[]): void {
    const lives: Told[][] = [[]];
    for (const event of told) {
      if (event.event === 'reset') lives.push([]);
      lives[lives.length - 1].push(event);
    }
    expect(lives.length, 'one reset for each new start').toBe(this.lives.length);
    lives.forEach((life, i) => this.checkLife(life, this.lives[i], i === lives.length - 1));
    const epochs = lives.map(
      life => new Set(life.filter(event => event.epoch !== undefined).map(event => event.epoch)),
    );
    epochs.forEach(names => expect(names.size, 'one incarnation in each life').toBe(1));
    expect(new Set(epochs.flatMap(names => [...names])).size, 'another in each').toBe(lives.length);
  }

  private checkLife(told: Told[], published: string[], isLast: boolean): void {
    let next = 1; // after a reset comes all that the channel holds, and these channels hold everything
    for (const event of told) {
      if (event.event === 'gap') {
        expect(event.from, 'the gap begins where the messages end').toBe(next);
        next = event.to! + 1;
      } else if (event.event === 'message') {
        expect(event.seq, 'each message once and in order').toBe(next);
        expect(event.content).toBe(published[next - 1]);
        next++;
      }
    }
    if (isLast) expect(next - 1, 'everything to the end').toBe(published.length);
  }
}
