import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browsers, launch } from '../../../clients/javascript/test/browser/browsers';
import { Messenger } from './messenger';
import { Window, type Browser } from './window';

interface Look {
  border: string;
  width: number;
  background: string;
  text: string;
}

describe.each(browsers)("in high contrast, where colours are the system's, in %s", name => {
  let messenger: Messenger;
  let browser: Browser;
  let anna: Window;
  let pair: string;

  beforeAll(async () => {
    [messenger, browser] = await Promise.all([Messenger.create(), launch(name, { forcedColors: true })]);
    anna = await Window.ofNewcomer(browser, messenger, 'Anna Lind');
    const bo = await Window.ofNewcomer(browser, messenger, 'Bo Berg');
    const cy = await Window.ofNewcomer(browser, messenger, 'Cy Ono');
    pair = await anna.befriend(bo);
    await anna.befriend(cy);
    await bo.say(pair, ['Theirs, with https://example.com/']);
    await anna.say(pair, ['Mine, with https://example.com/']);
    await cy.close();
    await anna.open(pair);
    await anna.until(
      'who is online',
      `document.querySelectorAll('.row .dot:not(.unknown)').length === 1
        && !document.querySelector('.row .dot.unknown')`,
    );
  });

  afterAll(async () => {
    await browser?.close();
    await messenger?.dispose();
  });

  const look = async (selector: string) =>
    (await anna.page.evaluate(`(style => ({
        border: style.borderBlockStartStyle + ' ' + style.borderBlockStartColor,
        width: parseFloat(style.borderBlockStartWidth),
        background: style.backgroundColor,
        text: style.color,
      }))(getComputedStyle(document.querySelector(${JSON.stringify(selector)})))`)) as Look;
  const Page = async () => (await look('body')).background;

  test("the colours are the system's", async () => {
    expect(await anna.page.evaluate(`matchMedia('(forced-colors: active)').matches`)).toBe(true);
  });

  test.each([
    '.mine .bubble',
    '.theirs .bubble',
    '.row[aria-current]',
    'button.round',
    '.send',
    '.avatar',
    '.composer textarea',
    '.day span',
  ])('%s has an edge', async selector => {
    const { border, width } = await look(selector);
    expect(border).toMatch(/^solid /);
    expect(width).toBeGreaterThanOrEqual(1);
    expect(border).not.toContain(await Page());
  });

  test("one's own messages differ from the others', and the open conversation from the rest", async () => {
    const [mine, theirs] = [await look('.mine .bubble'), await look('.theirs .bubble')];
    expect(mine.width).toBeGreaterThan(theirs.width);
    expect((await look('.row[aria-current]')).width).toBeGreaterThan((await look('.row:not([aria-current])')).width);
  });

  test('who is online has a dot that is seen, and another while nobody knows', async () => {
    const online = await look('.row .dot');
    expect(online.background).not.toBe(await Page());
    expect(await anna.page.evaluate(`getComputedStyle(document.querySelector('.row .dot')).outlineStyle`)).toBe(
      'solid',
    );
    await anna.page.evaluate(`document.querySelector('.row .dot').classList.add('unknown')`);
    expect((await look('.row .dot')).background).not.toBe(online.background);
    expect(await anna.page.evaluate(`getComputedStyle(document.querySelector('.row .dot')).boxShadow`)).toContain(
      'inset',
    );
    await anna.page.evaluate(`document.querySelector('.row .dot').classList.remove('unknown')`);
  });

  test('links are underlined, and what has the focus has an outline', async () => {
    for (const side of ['mine', 'theirs']) {
      expect(
        await anna.page.evaluate(`getComputedStyle(document.querySelector('.${side} a')).textDecorationLine`),
      ).toBe('underline');
    }
    for (const selector of ['.row', 'button.round', '.composer textarea', '.messages a']) {
      await anna.page.keyboard.press('Tab');
      await anna.page.focus(selector);
      const outline = (await anna.page.evaluate(
        `(style => [style.outlineStyle, parseFloat(style.outlineWidth) >= 2, style.outlineColor])(
          getComputedStyle(document.activeElement))`,
      )) as unknown[];
      expect(outline.slice(0, 2), selector).toEqual(['solid', true]);
      expect(outline[2]).not.toBe(await Page());
    }
  });

  test('what waits and what was refused have edges of their own', async () => {
    await anna.page.evaluate(`(async () => {
      const outbox = 'webim.outbox.' + (await (await fetch('/api/me')).json()).id;
      localStorage.setItem(outbox, JSON.stringify([{ clientId: 'refused', conversation: '${pair}', text: 'This one is refused', at: new Date().toISOString(), error: 'The message is too long.' }]));
      dispatchEvent(new StorageEvent('storage', { key: outbox }));
      const ask = fetch;
      fetch = (to, options) => options?.method === 'POST' && to.endsWith('/messages') ? new Promise(() => { }) : ask(to, options);
    })()`);
    await anna.send('This one waits');
    await anna.see('what waits', '.message.waiting');
    expect((await look('.message.waiting .bubble')).border).toMatch(/^dashed /);
    expect((await look('.message.refused .bubble')).border).toMatch(/^double /);
  });
});
