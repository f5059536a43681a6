import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch } from '../../../clients/javascript/test/browser/browsers';
import { Board } from './board';
import { Person, type Browser } from './person';

// What axe looks at is the same in every browser.
describe('axe finds nothing to complain of', () => {
  let board: Board;
  let browser: Browser;

  beforeAll(async () => {
    [board, browser] = await Promise.all([Board.create(), launch('chromium')]);
  });
  afterAll(async () => {
    await browser?.close();
    await board?.dispose();
  });

  async function expectNothing({ page }: Person): Promise<void> {
    for (const value of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
      await page.evaluate(`window.axe || (() => { ${axe.source} })()`);
      const found = (await page.evaluate(`axe.run(document, { resultTypes: ['violations'] })`)) as axe.AxeResults;
      const said = found.violations.map(one => `${value}: ${one.help}: ${one.nodes.map(node => node.html).join('\n')}`);
      expect(said).toEqual([]);
    }
  }

  test('at the door', async () => {
    await expectNothing(await Person.atTheDoor(browser, board, 'axe', 'Anna'));
  });

  test.each([1100, 390])('on a board in use, %i pixels wide', async width => {
    const anna = await Person.comes(browser, board, 'axe', 'Anna Lind');
    const bo = await Person.comes(browser, board, 'axe', 'Bo Berg');
    await anna.page.setViewport({ width, height: 760 });
    await anna.draw();
    const id = await anna.note('Book the ferry');
    await bo.until('the note', `document.querySelector('[data-id="${id}"]')`);
    await bo.page.bringToFront();
    await bo.page.focus(`[data-id="${id}"] textarea`);
    await anna.reads('.writer', 'Bo Berg is writing');
    await anna.page.bringToFront();
    await anna.page.click('#draw');
    await expectNothing(anna);
    await Promise.all([anna.leaves(), bo.leaves()]);
  });
});
