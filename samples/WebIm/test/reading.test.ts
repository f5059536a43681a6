import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { browsers, launch } from '../../../clients/javascript/test/browser/browsers';
import { Messenger, until } from './messenger';
import { Window, type Browser } from './window';

/** What one sees of a conversation: where it opens, what is read, and how it looks. */
describe.each(browsers)('reading in %s', name => {
  let messenger: Messenger;
  let hers: Browser;
  let his: Browser;
  let windows: Window[] = [];

  beforeAll(async () => {
    [messenger, hers, his] = await Promise.all([Messenger.create(), launch(name), launch(name)]);
  });

  afterAll(async () => {
    await Promise.all([hers?.close(), his?.close()]);
    await messenger?.dispose();
  });

  afterEach(async () => {
    await Promise.all(windows.splice(0).map(window => window.close()));
  });

  async function come(browser: Browser, shown: string): Promise<Window> {
    const window = await Window.ofNewcomer(browser, messenger, shown);
    windows.push(window);
    return window;
  }

  async function two(): Promise<{ anna: Window; bo: Window; id: string }> {
    const anna = await come(hers, 'Anna Lind');
    const bo = await come(his, 'Bo Berg');
    return { anna, bo, id: await anna.befriend(bo) };
  }

  const unreadOf = async (window: Window, id: string) =>
    (await window.page.evaluate(
      `fetch('/api/conversations').then(answer => answer.json())
        .then(all => all.conversations.find(one => one.id === '${id}').unread)`,
    )) as number;

  /** The numbers of the messages that are in sight, whole. */
  const inSight = async (window: Window) =>
    (await window.page.evaluate(`(() => {
    const { top, bottom } = document.querySelector('.messages').getBoundingClientRect();
    return [...document.querySelectorAll('.message[data-seq]')].filter(line => line.getBoundingClientRect().top >= top && line.getBoundingClientRect().bottom <= bottom + 1)
      .map(line => Number(line.dataset.seq));
  })()`)) as number[];

  const Count = `document.querySelector('.to-end .count')`;

  test.each([30, 130])(
    'a conversation with %i unread opens at the first of them, and what was seen is read, here and elsewhere',
    async count => {
      const { anna, bo, id } = await two();
      await anna.say(id, ['read before', 'and this', 'and that']);
      await bo.open(id);
      await bo.hear('and that');
      await until('the server to know', async () => (await unreadOf(bo, id)) === 0);
      await bo.page.keyboard.press('Escape');
      await anna.say(
        id,
        Array.from({ length: count }, (_, i) => `new ${i + 1}`),
      );
      await bo.read('.badge', count > 99 ? '99+' : `${count}`);
      await bo.reload();
      await bo.open(id);
      await bo.see('where the new ones begin', '.new');
      expect(await bo.page.evaluate(`document.querySelector('.new').nextElementSibling.dataset.seq`)).toBe('4');
      await bo.until('the first of them in sight', `document.querySelector('.to-end').hidden === false`);
      const seen = await inSight(bo);
      expect(seen[0]).toBeGreaterThanOrEqual(3);
      expect(seen[0]).toBeLessThanOrEqual(4); // no further down than the first new one
      const last = seen.at(-1)!;
      expect(last).toBeLessThan(count + 3);
      const left = count + 3 - last;
      await bo.until('what is left on the button', `${Count}.textContent === '${left > 99 ? '99+' : left}'`);
      expect(await bo.page.evaluate(`document.querySelector('.to-end').getAttribute('aria-label')`)).toBe(
        `To the newest message, ${left} unread`,
      );
      await until('the server to know what was seen, and no more', async () => (await unreadOf(bo, id)) === left);
      await bo.page.evaluate(`document.querySelector('.messages').scrollTop += 150`);
      await bo.until('less on the button', `Number(${Count}.textContent.replace('+', '')) < ${left} || ${left} > 99`);
      await bo.page.click('.to-end');
      await bo.until(
        'nothing left',
        `document.querySelector('.to-end').hidden && !document.querySelector('.badge') && document.title === 'WebIm'`,
      );
      await until('the server to know', async () => (await unreadOf(bo, id)) === 0);
      await anna.open(id);
      await anna.until(
        'that all was read',
        `[...document.querySelectorAll('.message.mine')]
          .every(line => line.querySelector('.meta').textContent.includes('Read'))`,
      );
      expect((await bo.messages()).map(message => message.seq)).toEqual(
        Array.from({ length: count + 3 }, (_, i) => i + 1),
      );
    },
  );

  test('what comes while one reads further up is counted on the button, and is not read before it is seen', async () => {
    const { anna, bo, id } = await two();
    await anna.say(
      id,
      Array.from({ length: 40 }, (_, i) => `old ${i + 1}`),
    );
    await bo.post(`conversations/${id}/read`, { seq: 40 });
    await bo.reload();
    await bo.open(id);
    await bo.hear('old 40');
    await bo.page.evaluate(`document.querySelector('.messages').scrollTop = 300`);
    await bo.until('the button', `!document.querySelector('.to-end').hidden`);
    expect(await bo.page.evaluate(`${Count}.hidden`)).toBe(true);
    await anna.say(id, ['one', 'two']);
    await bo.until('two on the button', `!${Count}.hidden && ${Count}.textContent === '2'`);
    expect(await unreadOf(bo, id)).toBe(2);
    expect(await bo.page.evaluate(`document.querySelector('.new').nextElementSibling.dataset.seq`)).toBe('41');
    await bo.page.click('.to-end');
    await bo.until('nothing left', `document.querySelector('.to-end').hidden && !document.querySelector('.badge')`);
  });

  test('what comes while nobody looks at the page is not read, and is marked when somebody does', async () => {
    const { anna, bo, id } = await two();
    await anna.say(
      id,
      Array.from({ length: 20 }, (_, i) => `old ${i + 1}`),
    );
    await bo.open(id);
    await bo.hear('old 20');
    await bo.page.click('.to-end').catch(() => {}); // where it is there
    await until('the server to know', async () => (await unreadOf(bo, id)) === 0);
    await bo.lookAway();
    await anna.say(
      id,
      Array.from({ length: 30 }, (_, i) => `new ${i + 1}`),
    );
    await bo.until('the count in the title', `document.title === '(30) WebIm'`);
    expect(await unreadOf(bo, id)).toBe(30);
    await bo.lookBack();
    const seen = await inSight(bo);
    expect(seen).toContain(21);
    expect(seen).not.toContain(50);
    expect(await bo.page.evaluate(`document.querySelector('.new').nextElementSibling.dataset.seq`)).toBe('21');
    await until('what was seen to be read, and no more', async () => (await unreadOf(bo, id)) === 50 - seen.at(-1)!);
  });

  test('what was read while the messenger could not be reached is told when it can', async () => {
    const { anna, bo, id } = await two();
    await bo.page.evaluate(`{ const ask = fetch; let failing = true; window.asked = 0;
        addEventListener('well', () => { failing = false; });
      fetch = (to, options) => failing && to.endsWith('/read') ? (asked++, Promise.reject(new TypeError('no network'))) : ask(to, options); }`);
    await bo.open(id);
    await anna.say(id, ['hello']);
    await bo.hear('hello');
    await bo.until('that it was tried', 'asked > 0');
    expect(await unreadOf(bo, id)).toBe(1);
    await bo.page.evaluate(`dispatchEvent(new Event('well'))`);
    await anna.post('groups', {
      title: 'A reason to read the store again',
      members: [await bo.page.evaluate(`fetch('/api/me').then(answer => answer.json()).then(me => me.id)`)],
    });
    await until('the server to know', async () => (await unreadOf(bo, id)) === 0);
  });

  test('addresses can be clicked: of http and https only, without the punctuation around them, never as markup', async () => {
    const { anna, bo, id } = await two();
    await bo.open(id);
    const long = `https://example.com/${'x'.repeat(600)}`;
    const cases: Array<[string, string[]]> = [
      ['See https://example.com/a?b=c&d=%20#e.', ['https://example.com/a?b=c&d=%20#e']],
      [
        '(http://example.com), <http://example.org/>; "https://example.net/x"!',
        ['http://example.com', 'http://example.org/', 'https://example.net/x'],
      ],
      [
        'https://en.wikipedia.org/wiki/Foo_(bar) (https://en.wikipedia.org/wiki/Foo_(bar)).',
        ['https://en.wikipedia.org/wiki/Foo_(bar)', 'https://en.wikipedia.org/wiki/Foo_(bar)'],
      ],
      ['HTTPS://EXAMPLE.COM/Path... really?', ['HTTPS://EXAMPLE.COM/Path']],
      ['看 https://例え.テスト/道。好', ['https://例え.テスト/道']],
      ['https://bücher.example/straße', ['https://bücher.example/straße']],
      ['http://[::1]:8080/x http://127.0.0.1:5100', ['http://[::1]:8080/x', 'http://127.0.0.1:5100']],
      [long, [long]],
      ['javascript:alert(1) data:text/html,<b>x</b> ftp://example.com vbscript:x file:///etc/passwd blob:x', []],
      ['http:// https://. http://% https://a b', ['https://a']],
      ['https://google.com@evil.example/ https://user:secret@example.com', []],
      ['xhttps://example.com mailto:a@b.example www.example.com', []],
      ['https://example.com/"onmouseover="document.title=1', ['https://example.com/']],
      ["https://example.com/'onmouseover='x", ["https://example.com/'onmouseover='x"]],
      ['https://example.com/<script>document.title=1</script>', ['https://example.com/']],
      [
        'https://example.com/\u202egpj.exe https://example.org/\u200b',
        ['https://example.com/', 'https://example.org/'],
      ],
      [`https://example.com/${')'.repeat(1500)}${'('.repeat(1500)}`, ['https://example.com/']],
      [
        'https://example.com/[1](2){3} https://example.org/a)b https://example.net/((x',
        ['https://example.com/[1](2){3}', 'https://example.org/a)b', 'https://example.net/((x'],
      ],
    ];
    await anna.say(
      id,
      cases.map(([text]) => text),
    );
    await bo.until('all of it', `document.querySelectorAll('.message[data-seq]').length === ${cases.length}`);
    const shown = (await bo.page.evaluate(`[...document.querySelectorAll('.message p')].map(line => ({
        text: line.textContent,
        elements: [...line.querySelectorAll('*')].map(found => found.localName),
        links: [...line.querySelectorAll('a')].map(({ textContent, protocol, rel, target, attributes }) => ({
          textContent, protocol, rel, target, names: [...attributes].map(one => one.name).sort().join() })),
      }))`)) as Array<{
      text: string;
      elements: string[];
      links: Array<{ textContent: string; protocol: string; rel: string; target: string; names: string }>;
    }>;
    for (const [i, [text, links]] of cases.entries()) {
      expect(shown[i].text, 'the text is as it was written').toBe(text);
      expect(
        shown[i].links.map(link => link.textContent),
        text,
      ).toEqual(links);
      expect(shown[i].elements).toEqual(links.map(() => 'a'));
      for (const link of shown[i].links) {
        expect(link.protocol).toMatch(/^https?:$/);
        expect(link).toMatchObject({ rel: 'noopener noreferrer nofollow', target: '_blank' });
        expect(link.names).toMatch(/^href,rel,target(,title)?$/);
      }
    }
    expect(await bo.page.evaluate(`document.querySelector('a[href*="xn--bcher-kva"]').title`)).toBe(
      'https://xn--bcher-kva.example/stra%C3%9Fe',
    );
    expect(
      await bo.page.evaluate(
        `[...document.querySelectorAll('.message')].filter(one =>
          one.scrollWidth > one.clientWidth || one.getBoundingClientRect().right > innerWidth).length`,
      ),
    ).toBe(0);
    expect(await bo.page.title()).toBe('WebIm');
  });

  test('a click on an address opens it beside the messenger, which it knows nothing of', async () => {
    const { anna, bo, id } = await two();
    await bo.open(id);
    await anna.say(id, [`${messenger.address}/icon.svg?clicked`]);
    await bo.see('the link', '.message a');
    const pages = async () => await Promise.all((await bo.page.browserContext().pages()).map(page => page.url()));
    await bo.page.click('.message a');
    await until('another page', async () => (await pages()).some(url => url.endsWith('/icon.svg?clicked')));
    expect(bo.page.url()).toBe(`${messenger.address}/#/${id}`);
    const opened = (await bo.page.browserContext().pages()).find(page => page.url().endsWith('clicked'))!;
    expect(await opened.evaluate(`String(window.opener) + document.referrer`)).toBe('null');
  });

  test('what waits to be sent has links, too', async () => {
    const { bo, id } = await two();
    await bo.open(id);
    await bo.page.evaluate(
      `{ const ask = fetch; fetch = (to, options) =>
        options?.method === 'POST' && to.endsWith('/messages') ? new Promise(() => { }) : ask(to, options); }`,
    );
    await bo.send('Look: https://example.com/.');
    await bo.see('the link', '.message.waiting a[href="https://example.com/"]');
  });

  test('no line of a text is longer than 75 letters on a wide screen, where it is read and where it is written', async () => {
    const { anna, bo, id } = await two();
    await bo.page.setViewport({ width: 1900, height: 800 });
    await bo.open(id);
    const prose = (
      'The quick brown fox jumps over the lazy dog, while the band plays on and everybody in the harbour ' +
      'looks at the ferry that comes in from the island, late as ever. '
    )
      .repeat(3)
      .trim();
    await anna.say(id, [prose]);
    await bo.hear(prose);
    const lines = (await bo.page.evaluate(`(() => {
      const text = document.querySelector('.message p').firstChild;
      const tops = new Map();
      for (let i = 0; i < text.length; i++) {
        const range = document.createRange();
        range.setStart(text, i);
        range.setEnd(text, i + 1);
        const { top } = range.getClientRects()[0] ?? {};
        if (top !== undefined) tops.set(Math.round(top), (tops.get(Math.round(top)) ?? 0) + 1);
      }
      return [...tops.values()];
    })()`)) as number[];
    expect(lines.reduce((sum, line) => sum + line)).toBeGreaterThan(prose.length - 10);
    expect(Math.max(...lines)).toBeLessThanOrEqual(75);
    expect(Math.max(...lines)).toBeGreaterThan(55);
    const [written, read] = (await bo.page
      .evaluate(`[document.querySelector('.composer textarea'), document.querySelector('.message p')].map(box =>
        box.clientWidth - parseFloat(getComputedStyle(box).paddingLeft)
          - parseFloat(getComputedStyle(box).paddingRight))`)) as number[];
    expect(written).toBeLessThanOrEqual(read + 2);
  });

  test('while there is no live connection nobody is said to be online or offline, in the list, the header and the members', async () => {
    const alone = await Messenger.create();
    try {
      const anna = await Window.ofNewcomer(hers, alone, 'Anna Lind');
      const bo = await Window.ofNewcomer(his, alone, 'Bo Berg');
      const cy = await Window.ofNewcomer(his, alone, 'Cy Ono');
      windows.push(anna, bo, cy);
      const [pair, other] = [await anna.befriend(bo), await anna.befriend(cy)];
      const { id: group } = (await anna.post('groups', { title: 'Choir', members: await anna.contacts() })) as {
        id: string;
      };
      await cy.close();
      windows = windows.filter(window => window !== cy);
      const dot = (id: string) => `document.querySelector('.row[data-id="${id}"] .avatar .dot')`;
      await anna.until('that Bo is online, and Cy is not', `${dot(pair)} && !${dot(other)}`);
      await anna.open(group);
      await anna.open(pair);
      await anna.read('.chat .state', 'Online');
      const green = await anna.page.evaluate(`getComputedStyle(${dot(pair)}).backgroundColor`);
      await alone.kill();
      await anna.read('.banner', 'There is no live connection');
      await anna.read('.chat .state', 'Presence unknown');
      for (const id of [pair, other]) {
        expect(await anna.page.evaluate(`${dot(id)}.textContent`)).toBe('presence unknown');
        expect(await anna.page.evaluate(`getComputedStyle(${dot(id)}).backgroundColor`)).not.toBe(green);
      }
      expect(await anna.page.evaluate(`document.querySelector('.chat header .dot').textContent`)).toBe(
        'presence unknown',
      );
      await anna.open(group);
      expect(await anna.page.evaluate(`document.querySelector('.chat .state').textContent`)).toBe('3 members');
      await anna.page.click('button[aria-label="Members"]');
      await anna.until('the same of the members', `document.querySelectorAll('dialog .dot.unknown').length === 3`);
      await alone.start();
      await anna.until(
        'who is online, again',
        `document.querySelectorAll('dialog .dot:not(.unknown)').length === 2
          && document.querySelectorAll('dialog .dot').length === 2`,
      );
      await anna.page.keyboard.press('Escape');
      await anna.read('.chat .state', '3 members, 2 online');
      await anna.until('the same in the list', `${dot(pair)}.textContent === 'online' && !${dot(other)}`);
    } finally {
      await Promise.all(windows.splice(0).map(window => window.close()));
      await alone.dispose();
    }
  });
});
