// Makes the pictures of the README: npm run screenshots. Look at them before they are committed.
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { launch } from '../../../clients/javascript/test/browser/browsers';
import { Messenger } from './messenger';
import { Window } from './window';

const Folder = fileURLToPath(new URL('../screenshots/', import.meta.url));

const Talk: Array<['anna' | 'bo', string]> = [
  ['bo', 'Morning! Did you see the new timetable?'],
  ['anna', 'Not yet, is it good news?'],
  ['bo', 'Very. The ferry goes every half hour from May on, and the last one back is at eleven.'],
  ['bo', 'So we can stay for the whole concert'],
  ['anna', 'Finally!\nThen I book the tickets tonight.'],
  ['anna', 'Four of us, right? Cy said she comes too.'],
  ['bo', 'Four, yes. I ask Dana about the tent.'],
];

test('the pictures of the README', async () => {
  const messenger = await Messenger.create();
  const browser = await launch('chromium');
  try {
    const [anna, bo, cy, dana] = [
      await Window.ofNewcomer(browser, messenger, 'Anna Lind'),
      await Window.ofNewcomer(browser, messenger, 'Bo Berg'),
      await Window.ofNewcomer(browser, messenger, 'Cy Ono'),
      await Window.ofNewcomer(browser, messenger, 'Dana Weiss'),
    ];
    const say = (window: Window, id: string, text: string) =>
      window.post(`conversations/${id}/messages`, { clientId: `${window.name} ${text}`.slice(0, 60), text });
    const [pair, withCy, withDana] = [await anna.befriend(bo), await anna.befriend(cy), await anna.befriend(dana)];
    const ids = (await anna.page.evaluate(
      `fetch('/api/conversations').then(answer => answer.json()).then(all => all.conversations
        .flatMap(one => one.members).filter(member => member.id !== all.me.id).map(member => member.id))`,
    )) as number[];
    const choir = (await anna.post('groups', { title: 'Island weekend', members: ids })) as { id: string };
    await say(dana, withDana, 'The tent is dry again, you can have it.');
    await say(anna, withDana, 'Wonderful, thank you!');
    await say(anna, withCy, 'Are you coming on Saturday?');
    await say(cy, withCy, 'Of course! I bring the guitar.');
    await say(cy, withCy, 'And cake.');
    for (const [who, text] of Talk) await say(who === 'anna' ? anna : bo, pair, text);
    await say(bo, choir.id, 'Packing list, anyone?');
    await dana.close();
    await anna.until('that Dana is offline', `document.querySelectorAll('.row > .avatar .dot').length === 2`);

    await bo.open(pair);
    await anna.open(pair);
    await anna.hear(Talk.at(-1)![1]);
    for (const colours of ['light', 'dark']) {
      await anna.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: colours }]);
      await bo.page.bringToFront();
      await bo.page.type('.composer textarea', ' and');
      await anna.page.bringToFront();
      await anna.read('.chat .bar', 'Bo Berg is typing…');
      await anna.page.screenshot({ path: `${Folder}desktop-${colours}.png` });
      await anna.until('that nobody is typing', `!document.querySelector('.chat .typing')`);
    }

    await anna.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
    await anna.page.setViewport({ width: 390, height: 760, deviceScaleFactor: 1.5 });
    await anna.page.screenshot({ path: `${Folder}phone-chat.png` });
    await anna.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    await anna.page.click('button.back');
    await anna.until('the list', `getComputedStyle(document.querySelector('.sidebar')).display !== 'none'`);
    await anna.page.evaluate('document.activeElement.blur()');
    await anna.page.screenshot({ path: `${Folder}phone-list.png` });
  } finally {
    await browser.close();
    await messenger.dispose();
  }
});
