import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { browsers, launch } from '../../../clients/javascript/test/browser/browsers';
import { Halley } from '../../../clients/javascript/test/browser/halley';
import { Messenger, until } from './messenger';
import { Window, type Browser } from './window';

describe.each(browsers)('%s', name => {
  let messenger: Messenger;
  // One browser each: only the tab in front is a tab that somebody looks at.
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

  async function come(browser: Browser, shown: string, to = messenger): Promise<Window> {
    const window = await Window.ofNewcomer(browser, to, shown);
    windows.push(window);
    return window;
  }

  /** Two people who have each other as contacts. */
  async function two(at = messenger): Promise<{ anna: Window; bo: Window; id: string }> {
    const anna = await come(hers, 'Anna Lind', at);
    const bo = await come(his, 'Bo Berg', at);
    return { anna, bo, id: await anna.befriend(bo) };
  }

  async function inConversation(at = messenger) {
    const all = await two(at);
    await all.anna.open(all.id);
    await all.bo.open(all.id);
    return all;
  }

  /** Both see the same, each message once and in order, with all of these among it. */
  async function expectWhole(windows: Window[], texts: string[]): Promise<void> {
    const seen = await Promise.all(windows.map(window => window.messages()));
    for (const messages of seen) {
      expect(
        messages.map(message => message.seq),
        'each message once, in order, none missing',
      ).toEqual(messages.map((_, i) => i + 1));
      expect(messages.map(message => message.text).sort()).toEqual([...texts].sort());
    }
    expect(seen[0].map(message => message.text)).toEqual(seen[1].map(message => message.text));
  }

  test('two people converse, see each other write, and see what was read', async () => {
    const { anna, bo } = await inConversation();
    await Promise.all([anna.page.type('.composer textarea', 'Hello'), bo.read('.chat .bar', 'Anna Lind is typing…')]);
    await anna.page.keyboard.press('Enter');
    await bo.hear('Hello');
    await anna.until('that it was read', `document.querySelector('.message.mine .meta').textContent.includes('Read')`);
    await bo.send('Hello yourself');
    await anna.hear('Hello yourself');
    await anna.until('that nobody is typing', `!document.querySelector('.chat .typing')`);
    await expectWhole([anna, bo], ['Hello', 'Hello yourself']);
  });

  test('one registers, talks, signs out and signs in again, with the keyboard alone', async () => {
    const other = await come(hers, 'Other');
    const kay = await Window.atTheDoor(his, messenger, 'Kay Board');
    windows.push(kay);
    const { keyboard } = kay.page;
    await kay.tab('.sign-in > button.plain');
    await keyboard.press('Enter');
    await kay.tab('input[name=shown]');
    await keyboard.type(kay.shown);
    await kay.tab('input[name=name]');
    await keyboard.type(kay.name);
    await kay.tab('input[name=password]');
    await keyboard.type('correct horse');
    await keyboard.press('Enter');
    await kay.see('the list', '.sidebar');
    await kay.tab('button[aria-label="Add a contact"]');
    await keyboard.press('Enter');
    await kay.see('the dialog', 'dialog[open]');
    await keyboard.type(other.name);
    await keyboard.press('Enter');
    await kay.see('the conversation', '.composer textarea');
    await kay.until('no dialog any more', `!document.querySelector('dialog')`);
    await kay.until('the field ready', `document.activeElement.matches('.composer textarea')`);
    await keyboard.type('By keyboard');
    await keyboard.press('Enter');
    await other.read('.row .last', 'By keyboard');
    await keyboard.press('Escape');
    await kay.see('no conversation', '.nothing');
    await kay.until('the row ready', `document.activeElement.matches('.row')`);
    await keyboard.press('Enter');
    await kay.hear('By keyboard');
    await kay.tab('button[aria-label="Sign out"]', true);
    await keyboard.press('Enter');
    await kay.see('the form', '.sign-in');
    await kay.tab('input[name=name]');
    await keyboard.type(kay.name);
    await kay.tab('input[name=password]');
    await keyboard.type('correct horse');
    await keyboard.press('Enter');
    await kay.see('the list', '.sidebar');
  });

  test('a wrong password is said to be wrong', async () => {
    const thief = await Window.atTheDoor(hers, messenger, 'Thief');
    windows.push(thief);
    await thief.page.type('input[name=name]', 'nobody');
    await thief.page.type('input[name=password]', 'not this one');
    await thief.page.keyboard.press('Enter');
    await thief.read('.error', 'User name and password do not go together.');
  });

  test('online is told when somebody comes, and offline when their last window is closed', async () => {
    const { anna, bo } = await two();
    await anna.see('that Bo is online', '.row .dot');
    await bo.close();
    windows = [anna];
    await anna.until('that Bo is offline', `!document.querySelector('.row .dot')`);
  });

  test('what was said while one was away is there when one comes back, and counted', async () => {
    const { anna, bo, id } = await two();
    await anna.open(id);
    await bo.page.goto('about:blank');
    await anna.until('that Bo is offline', `!document.querySelector('.row .dot')`);
    for (const text of ['one', 'two', 'three']) await anna.send(text);
    await anna.hear('three');
    await bo.page.goto(messenger.address);
    await bo.read('.row .badge', '3');
    expect(await bo.page.title()).toBe('(3) WebIm');
    await bo.open(id);
    await bo.see('where the new ones begin', '.day.new');
    await bo.until('no count any more', `!document.querySelector('.badge') && document.title === 'WebIm'`);
    await expectWhole([anna, bo], ['one', 'two', 'three']);
  });

  test('a long history comes page by page, whole and in order', async () => {
    const { anna, bo, id } = await two();
    const texts = Array.from({ length: 120 }, (_, i) => `message ${i + 1}`);
    await anna.post(`conversations/${id}/messages`, { clientId: 'the first one', text: texts[0] });
    await anna.page.evaluate(`(async () => { for (let i = 2; i <= 120; i++)
        await fetch('/api/conversations/${id}/messages', { method: 'POST',
      headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ clientId: 'client id ' + i, text: 'message ' + i }) }); })()`);
    await bo.read('.badge', '99+');
    await bo.post(`conversations/${id}/read`, { seq: 120 });
    await bo.reload();
    await bo.open(id);
    await bo.hear('message 120');
    expect((await bo.messages()).length).toBe(50);
    const outbox = await bo.page.evaluate(
      `fetch('/api/me').then(answer => answer.json()).then(me => 'webim.outbox.' + me.id)`,
    );
    for (const count of [100, 120]) {
      // Something changes before the page has heard that its reader went up: it does not take him to the end again.
      await bo.page.evaluate(
        `document.querySelector('.messages').scrollTop = 0;
        dispatchEvent(new StorageEvent('storage', { key: ${JSON.stringify(outbox)} }))`,
      );
      await bo.until(`${count} messages`, `document.querySelectorAll('.message').length === ${count}`);
      // The eyes stay where they were, so that the next page is not asked for at once.
      expect(await bo.page.evaluate(`document.querySelector('.messages').scrollTop`)).toBeGreaterThan(100);
    }
    expect((await bo.messages()).map(message => message.text)).toEqual(texts);
    expect(await bo.page.evaluate(`!!document.querySelector('.older')`)).toBe(false);
  });

  test('every tab shows the same, and what is read in one is read in all', async () => {
    const { anna, bo, id } = await two();
    const other = await bo.secondTab();
    await other.live();
    await anna.open(id);
    await anna.send('to all tabs');
    await other.read('.badge', '1');
    await bo.read('.badge', '1');
    await bo.open(id);
    await bo.hear('to all tabs');
    await other.until('no count any more', `!document.querySelector('.badge')`);
    await other.open(id);
    await other.send('from the second tab');
    await bo.hear('from the second tab');
    await anna.hear('from the second tab');
    await expectWhole([anna, bo], ['to all tabs', 'from the second tab']);
    await expectWhole([anna, other], ['to all tabs', 'from the second tab']);
  });

  test('a group is begun, talks, and is left', async () => {
    const { anna, bo } = await two();
    await anna.page.click('button[aria-label="New group"]');
    await anna.see('the dialog', 'dialog[open]');
    await anna.page.type('dialog input[name=title]', 'Choir');
    await anna.page.click('dialog .people label');
    await anna.page.click('dialog button.primary');
    await anna.read('.chat h2', 'Choir');
    await bo.read('.row .title', 'Choir');
    const id = (await anna.page.evaluate('location.hash.slice(2)')) as string;
    await bo.open(id);
    await bo.send('La');
    await anna.hear('La');
    await anna.read('.message .sender', 'Bo Berg');
    await bo.read('.chat .bar', '2 members, 2 online');
    await bo.page.click('button[aria-label="Members"]');
    await bo.see('the dialog', 'dialog[open]');
    await bo.page.click('dialog .danger');
    await bo.see('that it is left', '.nothing');
    await anna.read('.chat .bar', '1 members');
  });

  test('on a phone one sees the list or a conversation, and goes back', async () => {
    const { anna, bo, id } = await two();
    const expectFits = async () =>
      expect(
        await bo.page.evaluate(
          `[...document.querySelectorAll('#app *:not(.unseen)')]
            .filter(one => one.getBoundingClientRect().right > innerWidth).map(one => one.className)`,
        ),
      ).toEqual([]);
    await bo.page.setViewport({ width: 390, height: 780 });
    await bo.until('a narrow page', 'innerWidth === 390');
    await expectFits();
    await bo.open(id);
    expect(await bo.page.evaluate(`getComputedStyle(document.querySelector('.sidebar')).display`)).toBe('none');
    await bo.send(`from the phone ${'x'.repeat(200)}`);
    await anna.read('.badge', '1');
    await expectFits();
    await bo.page.click('button.back');
    await bo.until('the list again', `getComputedStyle(document.querySelector('.sidebar')).display !== 'none'`);
    await expectFits();
    await bo.open(id);
    await bo.page.evaluate('history.back()');
    await bo.until('the list again', `getComputedStyle(document.querySelector('.sidebar')).display !== 'none'`);
  });

  test('Halley is killed in the middle of a conversation, twice: nothing is lost, nothing is shown twice', async () => {
    const { anna, bo } = await inConversation();
    const texts: string[] = [];
    let talking = true;
    const talk = async (window: Window) => {
      for (let i = 1; talking; i++) {
        const text = `${window.shown} ${i}`;
        texts.push(text);
        await window.send(text);
      }
    };
    const talks = [talk(anna), talk(bo)];
    const both = async (count: number) => {
      for (const window of [anna, bo])
        await window.until(`${count} messages`, `document.querySelectorAll('.message[data-seq]').length >= ${count}`);
    };
    await both(6);
    for (let i = 0; i < 2; i++) {
      const before = (await anna.messages()).length;
      await messenger.killHalley();
      await both(before + 4);
    }
    talking = false;
    await Promise.all(talks);
    await both(texts.length);
    await expectWhole([anna, bo], texts);
    for (const window of [anna, bo])
      await window.until('no notice any more', `document.querySelector('.banner').hidden`);
  });

  test('while Halley is stopped the page says so, and what is sent is kept and told later', async () => {
    const halley = await Halley.create({ auth: 'token', channel_timeout: 2 });
    const alone = await Messenger.create([], halley);
    try {
      const { anna, bo } = await inConversation(alone);
      await anna.send('before');
      await bo.hear('before');
      await halley.kill();
      for (const window of [anna, bo])
        await window.read(
          '.banner',
          'There is no live connection just now. It is tried again by itself; what you send is kept meanwhile.',
        );
      await until(
        'the messenger to know',
        () =>
          anna.page.evaluate(
            `fetch('/api/conversations').then(answer => answer.json()).then(overview => !overview.live)`,
          ) as Promise<boolean>,
      );
      await anna.send('while it is stopped');
      await anna.hear('while it is stopped');
      await anna.read('.banner', 'Kept. The others will see it when the live connection is back.');
      await halley.start();
      await bo.hear('while it is stopped');
      await bo.send('after');
      await anna.hear('after');
      await expectWhole([anna, bo], ['before', 'while it is stopped', 'after']);
    } finally {
      await Promise.all(windows.splice(0).map(window => window.close()));
      await alone.dispose();
      await halley.dispose();
    }
  });

  test('while the messenger cannot be reached what is sent waits, also when the window is closed, and then arrives once', async () => {
    const alone = await Messenger.create();
    try {
      const { anna, bo, id } = await inConversation(alone);
      await anna.send('before');
      await bo.hear('before');
      await alone.kill();
      await anna.send('into the dark');
      await anna.send('and more');
      await anna.until('both waiting', `document.querySelectorAll('.message.waiting').length === 2`);
      await anna.read('.banner', 'There is no live connection just now');
      await bo.send('and from the other side');
      await anna.page.goto('about:blank');
      await alone.start();
      await bo.hear('and from the other side');
      await anna.page.goto(`${alone.address}/#/${id}`);
      await anna.hear('and more');
      await bo.hear('and more');
      await anna.until('nothing waiting', `!document.querySelector('.message.waiting')`);
      await expectWhole([anna, bo], ['before', 'and from the other side', 'into the dark', 'and more']);
    } finally {
      await Promise.all(windows.splice(0).map(window => window.close()));
      await alone.dispose();
    }
  });

  test('bad input gets a sentence: nothing, too much, markup, a foreign conversation', async () => {
    const { anna, bo, id } = await inConversation();
    await anna.send('   ');
    await anna.read('.composer .error', 'There is nothing to send: the message is empty.');
    await anna.page.evaluate(
      `(field => { field.value = 'x'.repeat(1_000_000); })(document.querySelector('.composer textarea'))`,
    );
    await anna.page.click('.send');
    await anna.read('.composer .error', 'The message is too long: it has 1000000 characters, and 4000 are the most.');
    await anna.page.evaluate(`document.querySelector('.composer textarea').value = ''`);
    const markup = '<img src=x onerror="document.title=1"><script>alert(1)</script> & "quotes"';
    await anna.send(markup);
    await bo.hear(markup);
    expect(await bo.page.evaluate(`document.querySelectorAll('.message img, .message script').length`)).toBe(0);
    const stranger = await come(hers, 'Stranger');
    await stranger.page.evaluate(`location.hash = '#/${id}'`);
    await stranger.read('.banner', 'There is no such conversation, or you are not in it.');
    expect(await stranger.page.evaluate(`!!document.querySelector('.message')`)).toBe(false);
  });

  test('a session that ended elsewhere ends everywhere, with a sentence; what was written waits until one is back', async () => {
    const { anna, bo, id } = await inConversation();
    const other = await anna.secondTab();
    await other.page.bringToFront();
    await other.page.click('button[aria-label="Sign out"]');
    await other.see('the form', '.sign-in');
    await anna.page.bringToFront();
    await anna.read('.notice', 'Your session has ended. Sign in again; nothing that you wrote is lost.');
    await anna.page.type('input[name=name]', anna.name);
    await anna.page.type('input[name=password]', 'correct horse');
    await anna.page.keyboard.press('Enter');
    await anna.see('the list', '.sidebar');
    await anna.until(
      'the conversation',
      `document.querySelector('.row[data-id="${id}"][aria-current]') && document.querySelector('.composer')`,
    );
    await anna.send('back again');
    await bo.hear('back again');
  });
});
