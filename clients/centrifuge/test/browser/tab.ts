import type { launch } from '../../../javascript/test/browser/browsers';
import { until } from '../halley';

type Browser = Awaited<ReturnType<typeof launch>>;
type Page = Awaited<ReturnType<Browser['newPage']>>;

/** What a page was told. */
export interface Told {
  event: 'connected' | 'subscribed' | 'publication' | 'join' | 'leave';
  [field: string]: unknown;
}

/** A tab with a session of its own. */
export class Tab {
  private constructor(private readonly page: Page) {}

  /** Returns once its session is subscribed to the channel. */
  static async open(browser: Browser, url: string, task: object): Promise<Tab> {
    const tab = new Tab(await browser.newPage());
    await tab.page.goto(`${url}#${encodeURIComponent(JSON.stringify(task))}`, { waitUntil: 'domcontentloaded' });
    await tab.until('it is subscribed', told => told.some(({ event }) => event === 'subscribed'));
    return tab;
  }

  /** The events of a kind. */
  async told(event: Told['event']): Promise<Told[]> {
    return (await this.all()).filter(one => one.event === event);
  }

  /** The data of all publications, in their order. */
  async heard(): Promise<unknown[]> {
    return (await this.told('publication')).map(({ data }) => data);
  }

  /** Evaluates an expression in the page, a promise too. */
  ask<T>(expression: string): Promise<T> {
    return this.page.evaluate(expression) as Promise<T>;
  }

  async until(what: string, holds: (told: Told[]) => boolean): Promise<void> {
    let told: Told[] = [];
    await until(what, async () => holds((told = await this.all()))).catch(error => {
      throw new Error(`${error.message}. Told: ${JSON.stringify(told)}`);
    });
  }

  /** Waits until so many publications have come. */
  untilHeard(count: number): Promise<void> {
    const isPublication = ({ event }: Told) => event === 'publication';
    return this.until(`${count} are heard`, told => told.filter(isPublication).length >= count);
  }

  close(): Promise<void> {
    return this.page.close();
  }

  private all(): Promise<Told[]> {
    return this.ask('told');
  }
}
