import axe from 'axe-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browsers, launch } from '../../../clients/javascript/test/browser/browsers';
import { Messenger } from './messenger';
import { Window, type Browser } from './window';

/**
 * Puts the rules for the dark scheme in force, or those for the light one: the page's own colours, whatever the browser
 * prefers.
 */
const scheme = (name: 'light' | 'dark') => `for (const sheet of document.styleSheets) for (const rule of sheet.cssRules)
  if (rule instanceof CSSMediaRule && (rule.media.mediaText.includes('prefers-color-scheme') || rule.media.mediaText.startsWith('not all') || rule.media.mediaText === 'all'))
    rule.media.mediaText = '${name === 'dark' ? 'all' : 'not all'}';
  document.documentElement.style.colorScheme = '${name}'`;

describe.each(browsers)('axe finds nothing to complain of in %s', name => {
  let messenger: Messenger;
  let browser: Browser;
  let window: Window;

  beforeAll(async () => {
    [messenger, browser] = await Promise.all([Messenger.create(), launch(name)]);
  });

  afterAll(async () => {
    await browser?.close();
    await messenger?.dispose();
  });

  beforeEach(async () => {
    window = await Window.ofNewcomer(browser, messenger, 'Anna Lind');
  });

  afterEach(async () => {
    await window?.close();
  });

  async function expectNothing(): Promise<void> {
    for (const colours of ['light', 'dark'] as const) {
      await window.page.evaluate(scheme(colours));
      await window.page.evaluate(`window.axe || (() => { ${axe.source} })()`);
      const { violations } = (await window.page.evaluate(
        `axe.run(document, { resultTypes: ['violations'] })`,
      )) as axe.AxeResults;
      expect(
        violations.map(
          found =>
            `${colours}: ${found.id}: ${found.help}: ${found.nodes
              .map(node => `${node.html} ${node.any.map(check => check.message).join()}`)
              .join('\n')}`,
        ),
      ).toEqual([]);
    }
  }

  /** Somebody to talk to, who has said something: in a conversation of two, and in a group. */
  async function company(): Promise<{ pair: string; group: string }> {
    const bo = await Window.ofNewcomer(browser, messenger, 'Bo Berg');
    const pair = await bo.befriend(window);
    const me = (await window.page.evaluate(`fetch('/api/me').then(answer => answer.json())`)) as { id: number };
    const { id: group } = (await bo.post('groups', { title: 'Choir', members: [me.id] })) as { id: string };
    for (const id of [pair, group]) {
      await bo.post(`conversations/${id}/messages`, {
        clientId: `first in ${id}`,
        text: 'Hello! Are you coming tonight?',
      });
      await window.read(`.row[data-id="${id}"] .badge`, '1');
    }
    await bo.close();
    return { pair, group };
  }

  test('the door, with a mistake, and registering', async () => {
    const stranger = (window = await Window.atTheDoor(browser, messenger, 'Stranger'));
    await expectNothing();
    await stranger.page.type('input[name=name]', 'nobody');
    await stranger.page.type('input[name=password]', 'not this one');
    await stranger.page.keyboard.press('Enter');
    await stranger.read('.error', 'do not go together');
    await expectNothing();
    await stranger.page.click('.sign-in > button.plain');
    await stranger.read('h1', 'Create an account');
    await expectNothing();
  });

  test('nobody to talk to', async () => {
    await expectNothing();
  });

  test('the list, a conversation, what waits and what was refused', async () => {
    const { pair } = await company();
    await expectNothing();
    await window.open(pair);
    await window.send('I am!');
    await window.hear('I am!');
    await window.page.evaluate(`{
      const outbox = Object.keys(localStorage).find(key => key.startsWith('webim.outbox'));
      localStorage.setItem(outbox, JSON.stringify([{ clientId: 'refused', conversation: '${pair}', text: 'This one is refused', at: new Date().toISOString(), error: 'The message is too long.' }]));
      dispatchEvent(new StorageEvent('storage', { key: outbox }));
      const ask = fetch;
      fetch = (to, options) => options?.method === 'POST' && to.endsWith('/messages') ? new Promise(() => { }) : ask(to, options);
    }`);
    await window.see('the refused one', '.message.refused');
    await window.send('This one waits');
    await window.see('both', '.message.refused ~ .message.waiting');
    await expectNothing();
  });

  test('a group, and who is in it', async () => {
    const { group } = await company();
    await window.open(group);
    await window.hear('Hello! Are you coming tonight?');
    await expectNothing();
    await window.page.click('button[aria-label="Members"]');
    await window.see('the dialog', 'dialog[open]');
    await expectNothing();
  });

  test('a conversation with links, new messages, and more below', async () => {
    const { pair } = await company();
    const cy = await Window.ofNewcomer(browser, messenger, 'Cy Ono');
    const id = await cy.befriend(window);
    await cy.say(
      id,
      Array.from({ length: 40 }, (_, i) => `Look at https://example.com/${i}, https://bücher.example/`),
    );
    await window.say(pair, ['And at mine: https://example.org/']);
    await window.open(id);
    await window.until(
      'the count',
      `!document.querySelector('.to-end .count').hidden && document.querySelector('.new')`,
    );
    await expectNothing();
    await window.open(pair);
    await window.see('the link', '.mine a');
    await expectNothing();
    await cy.close();
  });

  test('notifications, on and off, and refused', async () => {
    await window.page.evaluate(
      `window.Notification = class {
        static permission = 'default';
        static async requestPermission() { return this.permission = 'denied'; }
      }`,
    );
    await window.page.click('button[aria-label="Notifications"]');
    await window.see('the dialog', 'dialog[open] .toggle');
    await expectNothing();
    await window.page.click('dialog .toggle input');
    await window.read('dialog .error', 'does not allow notifications');
    await expectNothing();
    await window.page.evaluate(`Notification.permission = 'granted'`);
    await window.page.click('dialog .toggle input');
    await window.until('that it is on', `document.querySelector('dialog .toggle input').checked`);
    await expectNothing();
  });

  test('the dialogs, with a mistake', async () => {
    await company();
    await window.page.click('button[aria-label="New group"]');
    await window.see('the dialog', 'dialog[open]');
    await window.page.click('dialog button.primary');
    await window.read('dialog .error', 'A group needs a name');
    await expectNothing();
    await window.page.click('dialog button[aria-label="Close"]');
    await window.page.click('button[aria-label="Add a contact"]');
    await window.see('the dialog', 'dialog[open] input[name=name]');
    await expectNothing();
  });

  test('a phone, with the list and with a conversation, and without a live connection', async () => {
    const { pair } = await company();
    await window.page.setViewport({ width: 390, height: 780 });
    await window.until('a narrow page', 'innerWidth === 390');
    await expectNothing();
    await window.open(pair);
    await expectNothing();
    await messenger.kill();
    await window.read('.banner', 'There is no live connection');
    await expectNothing();
    await messenger.start();
  });
});
