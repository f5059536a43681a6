import { mkdirSync } from 'node:fs';
import { test } from 'vitest';
import { launch } from '../../clients/javascript/test/browser/browsers';
import { go, says, Server } from './stage';

const Folder = process.env.SCREENSHOTS ?? new URL('../../docs/images/', import.meta.url).pathname;
const Views = ['overview', 'channels', 'clients', 'publish', 'explain', 'events', 'servers', 'configuration'];

// Run it by npm run screenshots, and look at what it makes; SCREENSHOTS=FOLDER makes all of them there.
test('pictures of the page, with real data', async () => {
  mkdirSync(Folder, { recursive: true });
  const isForDocuments = process.env.SCREENSHOTS === undefined;
  const [server, browser] = await Promise.all([
    Server.create({ read_only_keys: [] }, { limits: { requests_per_address: 0 } }),
    launch('chromium'),
  ]);
  let isOver = false;
  try {
    const names = ['news', 'chat:lobby', 'chat:42', 'prices/EURUSD', 'score:final', 'weather', 'orders'];
    for (const [i, channel] of names.entries()) {
      for (let n = 0; n < 9 - i; n++) await server.subscribe(`/sse?cname=${encodeURIComponent(channel)}&seq=0`);
      for (let n = 0; n < i; n++) await server.webSocket(encodeURIComponent(channel));
      server.poll(encodeURIComponent(channel));
      await server.subscribe(`/stream?cname=${encodeURIComponent(channel)}&seq=0`);
    }
    const page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 860, deviceScaleFactor: 1 });
    await page.goto(server.page);
    await says(page, 'Ready', '#state');
    const traffic = (async () => {
      for (let n = 0; !isOver; n++) {
        for (let i = 0; i < 3 + 3 * Math.sin(n / 4); i++)
          await server.ask('publish', {
            channel: names[(n + i) % names.length],
            data: `{"n":${n},"text":"Message ${n}"}`,
          });
        if (n % 9 === 4) await fetch(`http://127.0.0.1:${server.front}/private/${n}`);
        if (n % 5 === 0)
          (await server.subscribe(`/sse?cname=news&seq=0`)).setTimeout(
            3000 + n * 10,
            function (this: { destroy(): void }) {
              this.destroy();
            },
          );
        await new Promise(resolve => setTimeout(resolve, 250));
      }
    })();
    await new Promise(resolve =>
      setTimeout(resolve, isForDocuments ? 60_000 : Number(process.env.SECONDS ?? 20) * 1000),
    );
    if (isForDocuments) {
      await page.screenshot({ path: `${Folder}status.png` });
    } else {
      for (const width of [1280, 820, 390]) {
        for (const scheme of width === 820 ? ['light'] : ['light', 'dark']) {
          await page.setViewport({ width, height: 860, deviceScaleFactor: 1 });
          await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
          for (const view of scheme === 'light' ? [...Views, 'channel/chat%3A42'] : ['overview', 'explain']) {
            await go(page, view === 'explain' ? '#/explain?channel=chat%3A42' : `#/${view}`);
            await new Promise(resolve => setTimeout(resolve, view === 'explain' ? 2500 : 700));
            await page.screenshot({
              path: `${Folder}/${view.split('/')[0]}-${width}-${scheme}.png`,
              fullPage: width !== 390 || view !== 'configuration',
            });
          }
        }
      }
    }
    isOver = true;
    await traffic;
  } finally {
    isOver = true;
    await browser.close();
    await server.dispose();
  }
});
