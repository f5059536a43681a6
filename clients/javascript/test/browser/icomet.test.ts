import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browsers, launch } from './browsers';
import { Halley } from './halley';
import { Ledger, type Told } from './ledger';
import { Site } from './site';

describe.each(browsers)('icomet.js in %s', name => {
  let browser: Browser;
  let halley: Halley;
  let site: Site;
  let page: Page;
  let channel: string;
  let channels = 0;

  beforeAll(async () => {
    browser = await launch(name);
    halley = await Halley.create({ auth: 'token' });
  });

  afterAll(async () => {
    await browser?.close();
    await halley?.dispose();
  });

  beforeEach(async () => {
    channel = `comet-${channels++}`;
    site = await Site.create(halley.front, halley.admin);
    page = await browser.newPage();
  });

  afterEach(async () => {
    await page?.close();
    site?.dispose();
  });

  const told = () => page.evaluate('told') as Promise<Told[]>;

  async function until(what: string, condition: (told: Told[]) => boolean): Promise<Told[]> {
    let seen: Told[] = [];
    for (let i = 0; i < 600; i++) {
      seen = await told();
      if (condition(seen)) return seen;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error(`${what}: not within 30 seconds. Told: ${JSON.stringify(seen.slice(-20))}`);
  }

  const heard = (content: string) => until(`"${content}"`, events => events.some(event => event.content === content));

  for (const transport of ['sse', 'iframe', 'jsonp']) {
    test(`${transport}: signs, hears, publishes, and comes back after the server was killed`, async () => {
      const ledger = new Ledger(halley, channel);
      const config = { channel, signUrl: `${site.address}/sign`, subUrl: `${site.address}/sub`, pubUrl: `${site.address}/push?cb=?`, transports: [transport] };
      await page.goto(`${site.address}/icomet.html#${encodeURIComponent(JSON.stringify(config))}`, { waitUntil: 'domcontentloaded' });
      const path = transport === 'jsonp' ? 'sub' : transport;
      while (!site.asked.includes(path)) await new Promise(resolve => setTimeout(resolve, 50));
      await halley.publish(channel, 'first');
      await heard('first');
      await page.evaluate(`comet.pub('from the page')`);
      await heard('from the page');
      const before = site.asked.filter(asked => asked === path).length;
      await ledger.restart(200);
      // It signs again, for the tokens of before are void.
      while (site.asked.filter(asked => asked === path).length < before + 2) await new Promise(resolve => setTimeout(resolve, 50));
      await until('a reset', events => events.some(event => event.event === 'reset'));
      await halley.publish(channel, 'after');
      const contents = (await heard('after')).filter(event => event.event === 'message').map(event => event.content);
      expect(contents).toEqual(['first', 'from the page', 'after']);
    });
  }
});
