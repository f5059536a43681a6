import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browsers, launch } from './browsers';
import { Halley } from './halley';
import type { Told } from './ledger';
import { Site } from './site';
import { watch } from './watch';

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

  const { until } = watch<Told>(() => page);
  const heard = (content: string) => until(`"${content}"`, events => events.some(event => event.content === content));

  for (const transport of ['sse', 'iframe', 'jsonp']) {
    test(`${transport}: signs, hears, publishes, and comes back after the server was killed`, async () => {
      const config = { channel, signUrl: `${site.address}/sign`, subUrl: `${site.address}/sub`, pubUrl: `${site.address}/push?cb=?`, transports: [transport] };
      await page.goto(`${site.address}/icomet.html#${encodeURIComponent(JSON.stringify(config))}`, { waitUntil: 'domcontentloaded' });
      await halley.followed(channel);
      await halley.publish(channel, 'first');
      await heard('first');
      await page.evaluate(`comet.pub('from the page')`);
      await heard('from the page');
      await halley.kill();
      await halley.start();
      // It signs again, for the tokens of before are void.
      await until('a reset', events => events.some(event => event.event === 'reset'));
      await halley.publish(channel, 'after');
      const contents = (await heard('after')).filter(event => event.event === 'message').map(event => event.content);
      expect(contents).toEqual(['first', 'from the page', 'after']);
    });
  }
});
