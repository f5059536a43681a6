import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { browsers } from './browsers';
import { Halley } from './halley';
import { Stage } from './stage';

const [ours, plain, first] = ['clients.md', 'getting-started.md'].flatMap(name => {
  const text = readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```html(?: \S+)?\n([^]*?)^```$/gm)].map(match => match[1]);
});

describe.each(browsers)('the pages in the documents, in %s', name => {
  const stage = new Stage<{ content: string }>(name, () => Halley.create());

  test.each([
    ['a page with our script', ours],
    ['a page without', plain],
    ['the first page', first],
  ])('%s shows each message once, or what became of it, although the server is killed', async (_, snippet) => {
    const page = snippet
      .replace('127.0.0.1:8100', `127.0.0.1:${stage.halley.front}`)
      .replace('src="halley.min.js"', 'src="/dist/halley.min.js"');
    stage.site.pages.set(
      'snippet.html',
      `${page}<script>Object.defineProperty(window, 'told', { get: shown })
      function shown() {
        return [...document.querySelectorAll('#news li')].map(item => ({ content: item.textContent }));
      }</script>`,
    );
    await stage.open('snippet.html', {});
    await stage.halley.followed('news');
    await stage.halley.publish('news', 'one');
    await stage.halley.publish('news', 'two');
    await stage.heard('two');
    await stage.halley.kill();
    await stage.halley.start();
    await stage.halley.publish('news', 'three');
    const shown = (await stage.heard('three')).map(item => item.content);
    expect(shown).toEqual(['one', 'two', expect.stringContaining('reset'), 'three']);
  });
});
