import type { launch } from '../../../clients/javascript/test/browser/browsers';
import { until, type Board } from './board';

export type Browser = Awaited<ReturnType<typeof launch>>;
type Page = Awaited<ReturnType<Browser['newPage']>>;

/** A note as a page shows it. */
export interface Shown {
  text: string;
  by: string;
}

// What a page shows, and what it does not: for a failure's sake.
const Everything = `[document.body.innerText, JSON.stringify(document.body.dataset),
  document.activeElement.outerHTML.slice(0, 200), JSON.stringify(localStorage),
  ...[...document.querySelectorAll('.note textarea')].map(text => text.value)].join('\\n')`;

/** Somebody at a board, and what they do and see there. */
export class Person {
  /** What their page has complained of. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    readonly name: string,
  ) {}

  /**
   * Comes to the board, says who they are, and sees it live.
   * @param id What their browser knows them by, in place of chance; it begins with the colour.
   * @param before Evaluated in each of their pages before its own scripts.
   */
  static async comes(
    browser: Browser,
    board: Board,
    to: string,
    name: string,
    { id = '', before = '' } = {},
  ): Promise<Person> {
    const person = await Person.atTheDoor(browser, board, to, name);
    if (id) await person.page.evaluate(`localStorage.setItem('board.me', '${id}')`);
    if (before) await person.page.evaluateOnNewDocument(before);
    await person.page.type('#name', name);
    await person.page.keyboard.press('Enter');
    await person.live();
    return person;
  }

  static async atTheDoor(browser: Browser, board: Board, to: string, name: string): Promise<Person> {
    const person = new Person(await (await browser.createBrowserContext()).newPage(), name);
    const complain = (text: string) => {
      // That a server is dead the browser says by itself, Firefox as an error of the page's.
      if (!/establish|connection|Failed to load resource/i.test(text)) person.complaints.push(text);
    };
    person.page.on('pageerror', error => complain(String(error)));
    person.page.on('console', message => message.type() === 'error' && complain(message.text()));
    await person.page.setViewport({ width: 1100, height: 760 });
    await person.page.goto(`${board.address}#${to}`, { waitUntil: 'domcontentloaded' });
    await person.until('the door', `document.querySelector('dialog[open]')`);
    return person;
  }

  live(): Promise<void> {
    return this.until('the board live', `document.body.dataset.live === 'true'`);
  }

  /** The server has all that they did. */
  sent(): Promise<void> {
    return this.until('nothing to send', `document.body.dataset.waiting === '0'`);
  }

  away(): Promise<void> {
    return this.until('that it is not live', `document.body.dataset.live === 'false'`);
  }

  /** Writes a note. Returns its id. */
  async note(text: string): Promise<string> {
    await this.page.bringToFront();
    await this.page.click('#add');
    await this.page.keyboard.type(text);
    const id = (await this.page.evaluate(`document.activeElement.closest('.note').dataset.id`)) as string;
    await this.page.evaluate('document.activeElement.blur()');
    return id;
  }

  /** Draws a line over the middle of what is in sight. */
  async draw(): Promise<void> {
    await this.page.bringToFront();
    await this.page.click('#draw');
    await this.page.mouse.move(300, 500);
    await this.page.mouse.down();
    await this.page.mouse.move(500, 560, { steps: 8 });
    await this.page.mouse.up();
    await this.page.click('#draw');
  }

  notes(): Promise<Shown[]> {
    return this.page.evaluate(`[...document.querySelectorAll('.note')].map(note => ({
      text: note.querySelector('textarea').value, by: note.querySelector('.by').textContent }))`) as Promise<Shown[]>;
  }

  /** Sees these notes, in any order, and no others. */
  async sees(...texts: string[]): Promise<void> {
    const expected = JSON.stringify(texts.sort());
    await until(
      `${this.name} sees ${expected}`,
      async () => JSON.stringify((await this.notes()).map(note => note.text).sort()) === expected,
      () => this.notes(),
    );
  }

  people(...names: string[]): Promise<void> {
    const all = names.sort().join();
    return this.until(
      all,
      `[...document.querySelectorAll('#people .unseen')].map(one => one.textContent).join() === '${all}'`,
    );
  }

  reads(selector: string, text: string): Promise<void> {
    return this.until(
      `"${text}" in ${selector}`,
      `[...document.querySelectorAll('${selector}')].some(one => one.textContent.includes(${JSON.stringify(text)}))`,
    );
  }

  async until(what: string, condition: string): Promise<void> {
    await until(
      `${this.name} sees ${what}`,
      () => this.page.evaluate(`!!(${condition})`).catch(() => false) as Promise<boolean>,
      () => this.page.evaluate(Everything),
    );
  }

  /** How often the page has read the whole board. */
  readings(): Promise<number> {
    return this.page.evaluate(
      `performance.getEntriesByType('resource').filter(one => one.name.includes('/boards/')).length`,
    ) as Promise<number>;
  }

  async leaves(): Promise<void> {
    await this.page.browserContext().close();
  }
}
