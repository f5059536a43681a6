import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { launch, type BrowserName } from './browsers';
import type { Halley } from './halley';
import { Site } from './site';

/** What a page writes down of an event, in its list told. */
interface Noted {
  content?: string;
}

/**
 * A browser and a server for all tests of a describe; for each test a page, the site it comes from, and a channel of
 * its own.
 */
export class Stage<Told extends Noted> {
  halley!: Halley;
  site!: Site;
  page!: Page;
  channel = '';
  private browser!: Browser;
  private channels = 0;

  /** Call it in a describe. port: where the site finds what is not its own; left out, the front port. */
  constructor(name: BrowserName, start: () => Promise<Halley>, port?: () => number) {
    beforeAll(async () => {
      this.browser = await launch(name);
      this.halley = await start();
    });
    afterAll(async () => {
      await this.browser?.close();
      await this.halley?.dispose();
    });
    beforeEach(async () => {
      this.channel = `channel-${this.channels++}`;
      this.site = await Site.create(port ? port() : this.halley.front, this.halley.admin);
      this.page = await this.browser.newPage();
    });
    afterEach(async () => {
      await this.page?.close();
      this.site?.dispose();
    });
  }

  /** The page finds what it is to do behind the #. */
  async open(file: string, task: object, site = this.site): Promise<void> {
    await this.page.goto(`${site.address}/${file}#${encodeURIComponent(JSON.stringify(task))}`, {
      waitUntil: 'domcontentloaded',
    });
  }

  told(): Promise<Told[]> {
    return this.page.evaluate('told') as Promise<Told[]>;
  }

  /** Looks at what the page was told, until it is what was waited for. */
  async until(what: string, condition: (told: Told[]) => boolean): Promise<Told[]> {
    let seen: Told[] = [];
    for (let i = 0; i < 600; i++) {
      seen = await this.told();
      if (condition(seen)) return seen;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error(`${what}: not within 30 seconds. Told: ${JSON.stringify(seen.slice(-20))}`);
  }

  heard(content: string): Promise<Told[]> {
    return this.until(`"${content}"`, told => told.some(event => event.content === content));
  }
}
