import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browsers, launch } from '../../../clients/javascript/test/browser/browsers';
import { Board, until } from './board';
import { Person, type Browser } from './person';

describe.each(browsers)('%s', name => {
  let board: Board;
  let browser: Browser;
  let people: Person[] = [];
  let boards = 0;
  let to: string;

  beforeAll(async () => {
    [board, browser] = await Promise.all([Board.create(), launch(name)]);
  });
  afterAll(async () => {
    await browser?.close();
    await board?.dispose();
  });
  beforeEach(() => {
    to = `board-${++boards}`;
  });
  afterEach(async () => {
    const complaints = people.flatMap(person => person.complaints);
    await Promise.all(people.splice(0).map(person => person.leaves()));
    expect(complaints).toEqual([]);
  });

  async function come(shown: string): Promise<Person> {
    const person = await Person.comes(browser, board, to, shown);
    people.push(person);
    return person;
  }

  /** Each note that was written is with the server, once. */
  async function expectKept(...texts: string[]): Promise<void> {
    const kept = async () => (await board.items(to)).map(item => item.text as string).sort();
    await until('the notes are kept', async () => (await kept()).join() === texts.sort().join(), kept);
  }

  test('two people see each other come, point, write, draw, remove and go', async () => {
    const anna = await come('Anna Lind');
    const bo = await come('Bo Berg');
    await anna.people('Anna Lind', 'Bo Berg');
    await bo.people('Anna Lind', 'Bo Berg');

    await bo.page.bringToFront();
    await bo.page.mouse.move(400, 300);
    await bo.page.mouse.move(420, 310);
    await anna.until("Bo's hand", `document.querySelector('.hand:not([hidden])')?.textContent === 'Bo Berg'`);

    const id = await anna.note('Book the ferry');
    await bo.sees('Book the ferry');
    await bo.page.bringToFront();
    await bo.page.focus(`[data-id="${id}"] textarea`);
    await anna.reads(`[data-id="${id}"] .writer`, 'Bo Berg is writing');
    await bo.page.keyboard.press('End');
    await bo.page.keyboard.type(' for four');
    await anna.sees('Book the ferry for four');
    await bo.page.evaluate('document.activeElement.blur()');
    await anna.until('that Bo has written', `!document.querySelector('.writer').textContent`);

    await bo.draw();
    await anna.until('the stroke', `document.querySelectorAll('#strokes path').length === 1`);
    await bo.page.click('#undo');
    await anna.until('no stroke', `!document.querySelector('#strokes path')`);

    await anna.page.bringToFront();
    await anna.page.click(`[data-id="${id}"] .remove`);
    await bo.sees();
    await anna.page.click('#undo');
    await bo.sees('Book the ferry for four');
    await expectKept('Book the ferry for four');

    await people.pop()!.leaves();
    await anna.people('Anna Lind');
  });

  test('the keyboard alone is enough', async () => {
    const anna = await come('Anna Lind');
    const { keyboard } = anna.page;
    await anna.page.focus('#add');
    await keyboard.press('Enter');
    await keyboard.type('By keys');
    await keyboard.down('Shift');
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await keyboard.up('Shift');
    await expectKept('By keys');
    const place = async () => {
      const [{ x, y }] = await board.items(to);
      return [x, y] as number[];
    };
    const [x, y] = await place();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown'] as const) await keyboard.press(key);
    await until('it is moved', async () => String(await place()) === `${x + 40},${y + 20}`, place);
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await anna.sees();
    await expectKept();
  });

  test('what is written while Halley is dead comes to all, by its history', async () => {
    const anna = await come('Anna Lind');
    const bo = await come('Bo Berg');
    await anna.note('before');
    await bo.sees('before');

    board.killHalley();
    await Promise.all([anna.away(), bo.away()]);
    await anna.note('by Anna meanwhile');
    await bo.note('by Bo meanwhile');
    await Promise.all([anna.live(), bo.live()]);
    for (const person of people) await person.sees('before', 'by Anna meanwhile', 'by Bo meanwhile');
    await expectKept('before', 'by Anna meanwhile', 'by Bo meanwhile');
    expect(await Promise.all(people.map(person => person.readings())), 'the board was read once').toEqual([1, 1]);
    await anna.people('Anna Lind', 'Bo Berg');
  });

  test('what is written while everything is dead outlives a reload', async () => {
    const anna = await come('Anna Lind');
    await anna.note('before');
    await expectKept('before');
    await anna.sent();

    await board.kill();
    await anna.away();
    await anna.note('meanwhile');
    await anna.reads('#state', '1 to send');
    await board.start();
    await anna.page.reload({ waitUntil: 'domcontentloaded' });
    await anna.live();
    await anna.sees('before', 'meanwhile');
    await expectKept('before', 'meanwhile');
    const bo = await come('Bo Berg');
    await bo.sees('before', 'meanwhile');
  });

  test('where WebSockets are refused, another way is found', async () => {
    const before = 'WebSocket = undefined; EventSource = undefined;';
    const anna = await Person.comes(browser, board, to, 'Anna Lind', { before });
    people.push(anna);
    const bo = await come('Bo Berg');
    await anna.note('by HTTP');
    await bo.sees('by HTTP');
    await bo.note('by a WebSocket');
    await anna.sees('by HTTP', 'by a WebSocket');
    await anna.people('Anna Lind', 'Bo Berg');
  });

  test('what one writes is text, and what the server will not have is said', async () => {
    const anna = await come('Anna <b>Lind</b>');
    const bo = await come('Bo Berg');
    await anna.note('<img src=x onerror="window.broken = 1">');
    await bo.sees('<img src=x onerror="window.broken = 1">');
    expect((await bo.notes())[0].by).toBe('Anna <b>Lind</b>');
    const markup = `document.querySelectorAll('#notes img, #people b').length`;
    expect(await bo.page.evaluate(`window.broken || ${markup}`)).toBe(0);

    await anna.page.evaluate(`{ const text = document.querySelector('.note textarea'); text.maxLength = 10000;
      text.value = 'x'.repeat(501); text.dispatchEvent(new Event('input')); }`);
    await anna.reads('#said', 'A note has room for 500 letters.');
    await anna.sees('<img src=x onerror="window.broken = 1">');
  });
});
