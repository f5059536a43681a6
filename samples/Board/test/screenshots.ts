// Makes the pictures of the README: npm run screenshots. Look at them before they are committed.
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { launch } from '../../../clients/javascript/test/browser/browsers';
import { Board } from './board';
import { Person } from './person';

const Folder = process.env.SCREENSHOTS ?? fileURLToPath(new URL('../screenshots/', import.meta.url));

test('the pictures of the README', async () => {
  const [board, browser] = await Promise.all([Board.create(), launch('chromium')]);
  try {
    const people = [];
    for (const [i, name] of ['Anna Lind', 'Bo Berg', 'Cy Ono'].entries()) {
      people.push(await Person.comes(browser, board, 'island-weekend', name, { id: `000${[2, 3, 1][i]}` }));
    }
    const [anna, bo, cy] = people;
    const note = async (person: Person, colour: number, text: string) => {
      await person.page.click(`[name=colour][value="${colour}"]`);
      await person.note(text);
    };
    await note(anna, 2, 'Ferry: every half hour from May on. The last one back is at eleven.');
    await note(bo, 0, 'Tent for four\n→ ask Dana');
    await note(cy, 1, 'I bring the guitar. And cake.');
    await note(anna, 4, 'Saturday\n10:00 harbour\n13:00 swim\n20:00 concert');
    await note(bo, 3, 'Tickets: done!');
    await note(cy, 0, 'Rain? Then the museum.');

    await bo.page.bringToFront();
    await bo.page.click('[name=colour][value="2"]');
    await bo.page.click('#draw');
    const curve = async (points: number, at: (t: number) => [number, number]) => {
      await bo.page.mouse.move(...at(0));
      await bo.page.mouse.down();
      for (let i = 1; i <= points; i++) await bo.page.mouse.move(...at(i / points));
      await bo.page.mouse.up();
    };
    for (const y of [580, 610]) await curve(60, t => [250 + 380 * t, y + 12 * Math.sin(t * 24)]);
    await bo.page.click('[name=colour][value="0"]');
    await curve(40, t => [440 + 28 * Math.cos(t * 6.4), 480 + 28 * Math.sin(t * 6.4)]);
    for (let ray = 0; ray < 8; ray++) {
      const [x, y] = [Math.cos((ray * Math.PI) / 4), Math.sin((ray * Math.PI) / 4)];
      await curve(3, t => [440 + x * (40 + 18 * t), 480 + y * (40 + 18 * t)]);
    }
    await bo.page.click('#draw');
    await cy.page.bringToFront();
    await cy.page.mouse.move(300, 390);
    await cy.page.mouse.move(290, 400);
    await bo.page.bringToFront();
    await bo.page.mouse.move(640, 520);
    await bo.page.mouse.move(650, 530);
    await bo.page.focus('.note:nth-child(2) textarea');

    await anna.page.bringToFront();
    await anna.reads('.writer', 'Bo Berg');
    await anna.until('nothing said any more', `!document.querySelector('#said').textContent`);
    for (const [name, width, height] of [
      ['desktop', 1100, 760],
      ['tablet', 820, 1000],
      ['phone', 390, 760],
    ] as const) {
      await anna.page.setViewport({ width, height, deviceScaleFactor: name === 'phone' ? 1.5 : 1 });
      for (const value of ['light', 'dark']) {
        if (process.env.SCREENSHOTS || name === 'desktop' || (name === 'phone' && value === 'light')) {
          await anna.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
          await bo.page.mouse.move(645 + width / 100, 540);
          await anna.page.screenshot({ path: `${Folder}${name}-${value}.png` });
        }
      }
    }
  } finally {
    await browser.close();
    await board.dispose();
  }
});
