import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { browsers, launch } from '../../../clients/javascript/test/browser/browsers';
import { Messenger } from './messenger';
import { Window, type Browser } from './window';

/** What one does in the messenger beside talking: drafts, groups, notifications. */
describe.each(browsers)('in %s', name => {
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

  const field = `document.querySelector('.composer textarea').value`;
  const drafts = `Object.keys(localStorage).filter(key => key.startsWith('webim.draft.'))`;

  test('what was written and not sent is there again after a reload, in its own conversation, until it is sent', async () => {
    const [anna, bo, cy] = [await come(hers, 'Anna Lind'), await come(his, 'Bo Berg'), await come(his, 'Cy Ono')];
    const [withBo, withCy] = [await anna.befriend(bo), await anna.befriend(cy)];
    await anna.open(withBo);
    await anna.page.type('.composer textarea', 'For Bo');
    await anna.open(withCy);
    expect(await anna.page.evaluate(field)).toBe('');
    await anna.page.type('.composer textarea', 'For Cy');
    await anna.reload();
    await anna.until('what was written to Cy', `document.querySelector('.composer') && ${field} === 'For Cy'`);
    await anna.open(withBo);
    expect(await anna.page.evaluate(field)).toBe('For Bo');
    await anna.page.focus('.composer textarea');
    await anna.page.keyboard.press('Enter');
    await anna.hear('For Bo');
    await anna.reload();
    await anna.see('the conversation', '.composer');
    expect(await anna.page.evaluate(field)).toBe('');
    expect(await anna.page.evaluate(`${drafts}.length`)).toBe(1);
  });

  test("what was written and not sent is nobody else's, and goes when one signs out", async () => {
    const [anna, bo] = [await come(hers, 'Anna Lind'), await come(his, 'Bo Berg')];
    const id = await anna.befriend(bo);
    await anna.open(id);
    await anna.page.type('.composer textarea', 'A secret');
    await anna.page.click('button[aria-label="Sign out"]');
    await anna.see('the form', '.sign-in');
    expect(await anna.page.evaluate(`JSON.stringify(localStorage).includes('A secret')`)).toBe(false);
    await anna.post('sign-in', { name: anna.name, password: 'correct horse' });
    await anna.reload();
    await anna.see('the conversation', '.composer');
    expect(await anna.page.evaluate(field)).toBe('');
  });

  test('what was written and not sent survives the end of a session that nobody ended, and another user does not see it', async () => {
    const [anna, bo] = [await come(hers, 'Anna Lind'), await come(his, 'Bo Berg')];
    const id = await anna.befriend(bo);
    await anna.open(id);
    await anna.page.type('.composer textarea', 'Still mine');
    await anna.page.deleteCookie(...(await anna.page.cookies()));
    await anna.page.reload();
    await anna.see('the form', '.sign-in');
    await anna.post('register', { name: `${anna.name}x`, shown: 'Guest', password: 'correct horse' });
    await anna.page.reload();
    await anna.see('the list', '.sidebar');
    expect(await anna.page.evaluate(`document.body.innerHTML.includes('Still mine')`)).toBe(false);
    await anna.post('sign-out', {});
    await anna.post('sign-in', { name: anna.name, password: 'correct horse' });
    await anna.page.reload();
    await anna.open(id);
    await anna.until('what was written', `document.querySelector('.composer') && ${field} === 'Still mine'`);
  });

  test('somebody is added to a group by a member, and all see it at once', async () => {
    const [anna, bo, cy] = [await come(hers, 'Anna Lind'), await come(his, 'Bo Berg'), await come(his, 'Cy Ono')];
    await anna.befriend(bo);
    const { id } = (await anna.post('groups', { title: 'Choir', members: await anna.contacts() })) as { id: string };
    await anna.say(id, ['Welcome', 'We meet at eight']);
    await bo.see('the group', `.row[data-id="${id}"]`);
    await anna.open(id);
    await anna.page.click('button[aria-label="Members"]');
    await anna.read('dialog .hint', 'All your contacts are in it.');
    await bo.befriend(cy); // Bo did not begin the group
    await bo.open(id);
    await bo.page.click('button[aria-label="Members"]');
    await bo.page.click('dialog .people label');
    await bo.page.click('dialog button.primary');
    await bo.until('no dialog any more', `!document.querySelector('dialog')`);
    await anna.read('dialog .people', 'Cy Ono'); // which was open before
    await anna.read('.chat .state', '3 members, 3 online');
    await bo.read('.chat .state', '3 members');
    await cy.see('the group', `.row[data-id="${id}"]`);
    expect(await cy.page.evaluate(`document.querySelector('.badge')`)).toBe(null); // what was said before is no news
    await cy.open(id);
    await cy.hear('We meet at eight');
    await cy.send('Hello all');
    await anna.page.keyboard.press('Escape');
    await anna.hear('Hello all');
    await bo.hear('Hello all');
  });

  /** A browser that says what is asked of it, and what it shows; answer: what the person says when asked. */
  const browserWith = (permission: string, answer: string) => `{
    window.asked = 0;
    window.shown = [];
    window.Notification = class {
      static permission = '${permission}';
      static async requestPermission() { asked++; return this.permission = '${answer}'; }
      constructor(title, options) { Object.assign(this, { title, options, isOpen: true }); shown.push(this); }
      close() { this.isOpen = false; }
    };
  }`;

  async function notified(permission: string, answer: string): Promise<{ anna: Window; bo: Window; id: string }> {
    const [anna, bo] = [await come(hers, 'Anna Lind'), await come(his, 'Bo Berg')];
    const id = await anna.befriend(bo);
    await bo.page.evaluate(browserWith(permission, answer));
    return { anna, bo, id };
  }

  async function toggle(window: Window, which: 1 | 2): Promise<void> {
    await window.page.click('button[aria-label="Notifications"]');
    await window.see('the dialog', 'dialog[open] .toggle');
    await window.page.click(`dialog .toggle:nth-of-type(${which}) input`);
  }

  const closeDialog = async (window: Window) => {
    await window.page.click('dialog button[aria-label="Close"]');
    await window.until('no dialog any more', `!document.querySelector('dialog')`);
  };

  test('notifications are off until one switches them on, and say nothing of what was said', async () => {
    const { anna, bo, id } = await notified('default', 'granted');
    await bo.lookAway();
    await anna.say(id, ['nobody is notified']);
    await bo.read('.badge', '1');
    expect(await bo.page.evaluate('[asked, shown.length]')).toEqual([0, 0]);
    await bo.lookBack();
    await toggle(bo, 1);
    await bo.until('that it is on', `asked === 1 && document.querySelector('dialog .toggle input').checked`);
    await closeDialog(bo);
    await anna.say(id, ['it is seen in any case']);
    await bo.read('.badge', '2');
    expect(await bo.page.evaluate('shown.length')).toBe(0);
    await bo.lookAway();
    await anna.say(id, ['a secret']);
    await bo.until('a notification', 'shown.length === 1');
    expect(await bo.page.evaluate('JSON.stringify([shown[0].title, shown[0].options.body])')).toBe(
      '["WebIm","There is a new message."]',
    );
    expect(await bo.page.evaluate(`/secret|Anna/.test(JSON.stringify(shown))`)).toBe(false);
    await bo.page.evaluate('shown[0].onclick()');
    await bo.until(
      'the conversation',
      `document.querySelector('.row[data-id="${id}"][aria-current]') && !shown[0].isOpen`,
    );
    await bo.lookBack();
    await bo.reload();
    await bo.page.evaluate(browserWith('granted', 'granted'));
    await bo.lookAway();
    await anna.say(id, ['it is still on']);
    await bo.until('a notification', 'shown.length === 1');
    await bo.lookBack();
    await bo.until('that it was read, and the notification gone', '!shown[0].isOpen');
  });

  test('notifications say who wrote and what, if one wants that, as text; and nothing once they are switched off', async () => {
    const { anna, bo, id } = await notified('granted', 'granted');
    await toggle(bo, 1);
    await bo.until('that it is on', `document.querySelector('dialog .toggle input').checked`);
    await bo.page.click('dialog .toggle:nth-of-type(2) input');
    await closeDialog(bo);
    await bo.lookAway();
    await anna.say(id, ['<b>what was said</b>']);
    await bo.until('a notification', 'shown.length === 1');
    expect(await bo.page.evaluate('JSON.stringify([asked, shown[0].title, shown[0].options.body])')).toBe(
      '[0,"Anna Lind","<b>what was said</b>"]',
    );
    await bo.lookBack();
    await toggle(bo, 1);
    await closeDialog(bo);
    await bo.lookAway();
    await anna.say(id, ['not this one']);
    await bo.read('.badge', '2');
    expect(await bo.page.evaluate('shown.length')).toBe(1);
  });

  test.each([
    ['refuses them', browserWith('default', 'denied'), 'The browser does not allow notifications of this page.'],
    ['is not told', browserWith('default', 'default'), 'The browser was not told whether it may.'],
    ['has none', 'delete window.Notification', 'Browsers show notifications only for pages that come by https'],
  ])('where the browser %s the switch stays off and says why, and the messenger works', async (_, browser, why) => {
    const [anna, bo] = [await come(hers, 'Anna Lind'), await come(his, 'Bo Berg')];
    const id = await anna.befriend(bo);
    await bo.page.evaluate(browser);
    await toggle(bo, 1);
    await bo.read('dialog .error', why);
    expect(await bo.page.evaluate(`document.querySelector('dialog .toggle input').checked`)).toBe(false);
    await closeDialog(bo);
    await bo.lookAway();
    await anna.say(id, ['hello']);
    await bo.read('.badge', '1');
  });
});
