import type { launch } from '../../../clients/javascript/test/browser/browsers';
import { until, type Messenger } from './messenger';

export type Browser = Awaited<ReturnType<typeof launch>>;
export type Page = Awaited<ReturnType<Browser['newPage']>>;

/** A message as the page shows it. seq: null while it waits. */
export interface Shown {
  seq: number | null;
  text: string;
  mine: boolean;
  state: string;
}

let people = 0;

/** One person's window of the messenger: what they do in it, and what they see. */
export class Window {
  private constructor(
    readonly page: Page,
    readonly name: string,
    readonly shown: string,
  ) {}

  /** Somebody at the door, in a browser that knows nobody. */
  static async atTheDoor(browser: Browser, messenger: Messenger, shown: string): Promise<Window> {
    const context = await browser.createBrowserContext();
    const window = new Window(
      await context.newPage(),
      `${shown.toLowerCase().replaceAll(/\W/g, '')}${++people}`,
      shown,
    );
    await window.page.setViewport({ width: 1100, height: 760 });
    await window.page.goto(messenger.address);
    await window.see('the form', '.sign-in');
    return window;
  }

  /** Somebody who has just registered. */
  static async ofNewcomer(browser: Browser, messenger: Messenger, shown: string): Promise<Window> {
    const window = await Window.atTheDoor(browser, messenger, shown);
    await window.post('register', { name: window.name, shown, password: 'correct horse' });
    await window.reload();
    return window;
  }

  /** Another tab of the same browser. */
  async secondTab(): Promise<Window> {
    const page = await this.page.browserContext().newPage();
    await page.setViewport({ width: 1100, height: 760 });
    await page.goto(this.page.url());
    const window = new Window(page, this.name, this.shown);
    await window.see('the list', '.sidebar');
    return window;
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.see('the list', '.sidebar');
    await this.live();
  }

  /** Its channel is open: what happens is told from now on. */
  live(): Promise<void> {
    return this.until('the live connection', `document.querySelector('.frame[data-live]')`);
  }

  /** A conversation with somebody, who then has it too. */
  async befriend(other: Window): Promise<string> {
    const { id } = (await this.post('contacts', { name: other.name })) as { id: string };
    for (const window of [this, other]) await window.see('the conversation in the list', `.row[data-id="${id}"]`);
    return id;
  }

  async open(id: string): Promise<void> {
    await this.page.bringToFront();
    await this.page.click(`.row[data-id="${id}"]`);
    // The address changes before the page does: the list says which conversation is shown.
    await this.until(
      'the conversation',
      `document.querySelector('.row[data-id="${id}"][aria-current]')
      && document.querySelector('.chat .messages > .message, .chat .messages > .empty .avatar')`,
    );
  }

  async send(text: string): Promise<void> {
    await this.page.type('.composer textarea', text);
    await this.page.keyboard.press('Enter');
  }

  /** Goes on with the tab key until it is there; back: with shift. */
  async tab(selector: string, back = false): Promise<void> {
    const isThere = () => this.page.evaluate(`!!document.activeElement?.matches(${JSON.stringify(selector)})`);
    if (back) await this.page.keyboard.down('Shift');
    let found = await isThere();
    for (let i = 0; i < 40 && !found; i++) {
      await this.page.keyboard.press('Tab');
      found = await isThere();
    }
    if (back) await this.page.keyboard.up('Shift');
    if (!found) throw new Error(`the tab key does not reach ${selector}`);
  }

  async messages(): Promise<Shown[]> {
    return (await this.page.evaluate(`[...document.querySelectorAll('.message')].map(line => ({
      seq: line.dataset.seq ? Number(line.dataset.seq) : null,
      text: line.querySelector('p').textContent,
      mine: line.classList.contains('mine'),
      state: line.querySelector('.meta .state')?.textContent ?? '',
    }))`)) as Shown[];
  }

  /** Sees a message that is stored. */
  hear(text: string): Promise<void> {
    return this.until(
      `"${text}"`,
      `[...document.querySelectorAll('.message[data-seq] p')]
        .some(line => line.textContent === ${JSON.stringify(text)})`,
    );
  }

  see(what: string, selector: string): Promise<void> {
    return this.until(what, `document.querySelector(${JSON.stringify(selector)})`);
  }

  /** Sees a text somewhere inside. */
  read(selector: string, text: string): Promise<void> {
    return this.until(
      `"${text}" in ${selector}`,
      `[...document.querySelectorAll(${JSON.stringify(selector)})]
        .some(found => !found.hidden && found.textContent.includes(${JSON.stringify(text)}))`,
    );
  }

  /** Looks at the page until the condition holds in it. */
  async until(what: string, condition: string): Promise<void> {
    await until(
      `${this.shown} sees ${what}`,
      () => this.page.evaluate(`!!(${condition})`) as Promise<boolean>,
      () => this.page.evaluate('document.body.innerText'),
    );
  }

  /** Says these, in this order, without its page's help. */
  async say(id: string, texts: string[]): Promise<void> {
    await this.page.evaluate(`(async () => { for (const text of ${JSON.stringify(texts)}) {
      const body = JSON.stringify({ clientId: 'said ' + crypto.getRandomValues(new Uint32Array(3)).join('-'), text });
      const answer = await fetch('/api/conversations/${id}/messages', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
      if (!answer.ok) throw new Error(await answer.text());
    } })()`);
  }

  /** The ids of all contacts. */
  async contacts(): Promise<number[]> {
    return (await this.page.evaluate(`fetch('/api/conversations').then(answer => answer.json()).then(all =>
      all.conversations.filter(one => one.title === null).flatMap(one => one.members)
        .filter(member => member.id !== all.me.id).map(member => member.id))`)) as number[];
  }

  /** Another window comes before this one, as far as the page can tell; until lookBack. */
  lookAway(): Promise<void> {
    return this.visibility('hidden');
  }

  lookBack(): Promise<void> {
    return this.visibility('visible');
  }

  private async visibility(state: 'hidden' | 'visible'): Promise<void> {
    await this.page.bringToFront();
    await this.page
      .evaluate(`Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${state}' });
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${state === 'hidden'} });
      document.dispatchEvent(new Event('visibilitychange'))`);
  }

  /** Asks the messenger as the page does, past its forms. */
  async post(path: string, body: unknown): Promise<unknown> {
    const answer = (await this.page
      .evaluate(`fetch('/api/${path}', { method: 'POST', headers: { 'Content-Type': 'application/json' },
        body: ${JSON.stringify(JSON.stringify(body))} })
      .then(async response => ({ status: response.status, text: await response.text() }))`)) as {
      status: number;
      text: string;
    };
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    return answer.text ? JSON.parse(answer.text) : null;
  }

  async close(): Promise<void> {
    await this.page.browserContext().close();
  }
}
