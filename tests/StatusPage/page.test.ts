import axe from 'axe-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Browser, Page } from '../../clients/javascript/node_modules/puppeteer-core';
import { browsers, launch } from '../../clients/javascript/test/browser/browsers';
import { go, says, Server, until } from './stage';

const Key = '0123456789abcdef-all';
const Looking = '0123456789abcdef-look';

/** What breaks a page that puts names into markup. */
const Evil = `<img src=x onerror="window.broken=1"><script>window.broken=1</script>"'&`;

const Views = [
  'overview',
  'channels',
  `channel/${encodeURIComponent(Evil)}`,
  'clients',
  'publish',
  `explain?channel=${encodeURIComponent(Evil)}`,
  'events',
  'servers',
  'configuration',
];

describe.each(browsers)('the status page in %s', name => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    [server, browser] = await Promise.all([Server.create(), launch(name)]);
    await server.subscribe(`/sse?cname=${encodeURIComponent(Evil)}&seq=0`);
    await server.ask('publish', { channel: Evil, data: Evil });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.dispose();
  });

  beforeEach(async () => {
    complaints = [];
    page = await browser.newPage();
    page.on('pageerror', error => complaints.push(String(error)));
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(server.page, { waitUntil: 'domcontentloaded' });
    await says(page, 'Ready', '#state');
  });

  afterEach(async () => {
    await page?.close();
  });

  const click = async (text: string) => {
    await until(
      `a button or link "${text}"`,
      async () =>
        (await page.evaluate(`(() => {
      const it = [...document.querySelectorAll('dialog[open] button, main button, main a')]
        .find(element => element.textContent === ${JSON.stringify(text)});
      it?.click();
      return it !== undefined;
    })()`)) as boolean,
      () => page.evaluate('document.body.innerText'),
    );
  };
  const type = async (label: string, text: string) => {
    const id = (await page.evaluate(
      `[...document.querySelectorAll('label.field')]
        .find(element => element.firstChild.textContent === ${JSON.stringify(label)}).htmlFor`,
    )) as string;
    await page.evaluate(`document.getElementById(${JSON.stringify(id)}).value = ''`);
    await page.type(`#${id}`, text);
  };

  test('shows connections, channels and clients as they are, every second', async () => {
    await until(
      'the connections',
      async () =>
        (await page.evaluate(`Number(document.querySelector('.figures dd')?.textContent ?? 0) >= 2`)) as boolean,
    );
    await says(page, 'Event streams', 'main');
    const before = await page.evaluate(`document.querySelector('.chart .line')?.getAttribute('d') ?? ''`);
    await until(
      'the chart to move',
      async () => (await page.evaluate(`document.querySelector('.chart .line')?.getAttribute('d') ?? ''`)) !== before,
    );
    await go(page, '#/clients');
    await says(page, '127.0.0.1:', 'tbody');
    await says(page, 'Event stream', 'tbody');
    await go(page, '#/servers');
    await says(page, 'redis.url is not set', 'main');
    await go(page, '#/configuration');
    await says(page, 'front.channel_buffer_size', 'main');
    await says(page, 'halley.json:', 'main');
    expect(complaints).toEqual([]);
  });

  test('makes no markup of names, users and messages', async () => {
    for (const view of Views) {
      await go(page, `#/${view}`);
      if (/^(channel|clients|explain)/.test(view)) await says(page, '<img src=x', 'main');
      expect(await page.evaluate('document.querySelector("main img, main script") === null')).toBe(true);
    }
    expect(
      await page.evaluate('window.broken === undefined && document.querySelector("main img, main script") === null'),
    ).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('publishes a message and sees it arrive', async () => {
    await go(page, '#/publish');
    await type('Channel', 'page-test');
    await type('Message', `hello from ${Evil}`);
    await click('Publish');
    await says(page, 'Published, with offset 1.', 'main');
    await says(page, `hello from ${Evil}`, '.log');
    await says(page, ' ms', '.log');
    expect(complaints).toEqual([]);
  });

  test('shows a refusal as it happens, without its query', async () => {
    await go(page, '#/events');
    await fetch(`http://127.0.0.1:${server.front}/secret/place?token=geheim`);
    await says(page, 'Refused: 404', 'main');
    await says(page, '/secret/place', 'main');
    expect(await page.evaluate('document.body.textContent.includes("geheim")')).toBe(false);
  });

  test('disconnects a client, after a question', async () => {
    const socket = await server.subscribe('/sse?cname=to-end&seq=0');
    const { clients } = (await server.ask('clients', { channel: 'to-end' })) as { clients: { client: string }[] };
    await go(page, `#/client/${clients[0].client}`);
    await says(page, 'to-end', 'main');
    const ended = new Promise(resolve =>
      socket.on('data', data => String(data).includes('Permission ended') && resolve(true)),
    );
    await click('Disconnect');
    await until(
      'the question',
      async () => (await page.evaluate(`document.querySelector('dialog[open]') !== null`)) as boolean,
    );
    await page.evaluate(`document.querySelector('dialog button.danger').click()`);
    await says(page, 'Disconnected.', 'main');
    expect(await ended).toBe(true);
    await says(page, 'Nothing is held for such a client now.', 'main');
  });

  test('explains what a client was told, given and sent, and why it ended', async () => {
    await server.ask('batch', {
      commands: Array.from({ length: 220 }, (_, n) => ({ publish: { channel: 'explained', data: `${n + 1}` } })),
    });
    await go(page, '#/explain?channel=explained');
    await says(page, 'Nobody listens', 'main');
    const { epoch } = (await server.ask('channel', { channel: 'explained' })) as { epoch: string };
    const socket = await server.subscribe(`/sse?cname=explained&seq=5&epoch=${epoch}`);
    await says(page, 'everything from 5 on', 'main');
    await says(page, 'gap: messages 5 to', 'main');
    await says(page, 'It was given', 'main');
    await server.ask('publish', { channel: 'explained', data: 'new' });
    await says(page, 'Message 221 of explained, 3 bytes.', 'main');
    socket.destroy();
    await says(page, 'the client closed it, or its network did', 'main');
    expect(complaints).toEqual([]);
  });

  test.each(['light', 'dark'])('axe finds nothing, on a phone neither, %s', async scheme => {
    await page.evaluate(`for (const sheet of document.styleSheets) for (const rule of sheet.cssRules)
      if (rule instanceof CSSMediaRule && rule.media.mediaText.includes('prefers-color-scheme'))
        rule.media.mediaText = '${scheme === 'dark' ? 'all' : 'not all'}'`);
    await page.evaluate(axe.source);
    for (const width of [1280, 390]) {
      await page.setViewport({ width, height: 900 });
      for (const view of Views) {
        await go(page, `#/${view}`);
        await until(
          'what is asked for',
          async () =>
            (await page.evaluate(
              `document.querySelector('main h1') !== null && !document.querySelector('main [aria-busy=true]')`,
            )) as boolean,
        );
        await new Promise(resolve => setTimeout(resolve, 300));
        const { violations } = (await page.evaluate(
          `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
        )) as axe.AxeResults;
        expect(
          violations.map(
            ({ id, nodes }) =>
              `${view} ${width}: ${id}: ${nodes
                .map(node => node.html)
                .join(' ')
                .slice(0, 300)}`,
          ),
        ).toEqual([]);
        expect(
          await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
          `${view} ${width} scrolls sideways`,
        ).toBe(true);
      }
    }
  });

  test('is worked by the keyboard alone', async () => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Channels');
    await page.keyboard.press('Enter');
    await says(page, 'Name begins with', 'main');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    expect(await page.evaluate('document.title')).toBe('Channels · Halley');
  });
});

describe.each(browsers)('where there are keys, in %s', name => {
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      Server.create({ api_keys: [Key], read_only_keys: [Looking] }),
      launch(name),
    ]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.dispose();
  });

  async function open(keys: string[]): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(server.page, { waitUntil: 'domcontentloaded' });
    for (const key of keys) {
      await says(page, 'This server wants a key');
      await until(
        'the form',
        async () =>
          (await page.evaluate(`document.querySelector('dialog[open] input[type=password]')?.value === ''`)) as boolean,
      );
      await page.type('dialog input', key);
      await page.keyboard.press('Enter');
    }
    return page;
  }

  test('one is asked for, and a wrong one said to be wrong', async () => {
    const page = await open(['not-one-of-the-keys-at-all']);
    await says(page, 'The server does not know that key.');
    await page.type('dialog input', Key);
    await page.keyboard.press('Enter');
    await says(page, 'Ready', '#state');
    expect(await page.evaluate('[sessionStorage.length, localStorage.length, document.cookie]')).toEqual([1, 0, '']);
    await page.close();
  });

  test('one that only looks sees everything and changes nothing', async () => {
    const page = await open([Looking]);
    await says(page, 'read only', '#server');
    await go(page, '#/publish');
    await says(page, 'it may not publish', 'main');
    await go(page, '#/channels');
    await says(page, 'In the order of', 'main');
    expect(await server.ask('publish', { channel: 'a', data: 'b' }, Looking)).toEqual({
      error: { code: 'forbidden', message: 'This key only looks (admin.read_only_keys).' },
    });
    await page.close();
  });
});

test('the page has less than 150 KB, and nothing of it is from elsewhere', async () => {
  const server = await Server.create();
  try {
    const html = await (await fetch(server.page)).text();
    const scripts = new Set(['app.js']);
    let bytes = html.length;
    for (const script of scripts) {
      const text = await (await fetch(server.page + script)).text();
      bytes += text.length;
      for (const [, other] of text.matchAll(/from '\.\/([a-z]+\.js)'/g)) scripts.add(other);
      expect(text).not.toMatch(/\.(innerHTML|outerHTML|insertAdjacentHTML)|document\.write/);
    }
    for (const file of ['style.css', 'icon.svg']) bytes += (await (await fetch(server.page + file)).text()).length;
    expect(scripts.size).toBeGreaterThan(10);
    expect(bytes).toBeLessThan(150_000);
    expect(html).not.toMatch(/https?:\/\//);
    const answer = await fetch(server.page);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  } finally {
    await server.dispose();
  }
});
