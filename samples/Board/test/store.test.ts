import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Store } from '../server/store.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'board-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = () => new Store(join(folder, 'boards.jsonl'));

test('what is on the boards is there again, as it was last', () => {
  const first = open();
  first.put('a', { id: '1', change: 'c1', text: 'one' });
  first.put('a', { id: '2', change: 'c2', text: 'two' });
  first.put('a', { id: '1', change: 'c3', text: 'one again' });
  first.put('b', { id: '3', change: 'c4', text: 'three' });
  first.put('b', { id: '3', change: 'c5', gone: true });
  first.close();

  for (let times = 0; times < 2; times++) {
    const again = open();
    expect(again.items('a').map((item: { text: string }) => item.text)).toEqual(['two', 'one again']);
    expect(again.items('b')).toEqual([]);
    expect(again.knows('c3')).toBe(true);
    again.close();
  }
});

test('a line that a crash cut off is left out, and what comes after it is read', () => {
  const first = open();
  first.put('a', { id: '1', change: 'c1', text: 'one' });
  first.close();
  appendFileSync(join(folder, 'boards.jsonl'), '{"board":"a","item":{"id":"2","text":"tw');

  const again = open();
  expect(again.items('a')).toHaveLength(1);
  again.put('a', { id: '3', change: 'c3', text: 'three' });
  again.close();
  const last = open();
  expect(last.items('a').map((item: { id: string }) => item.id)).toEqual(['1', '3']);
  expect(last.items('a').map((item: { rev: number }) => item.rev)).toEqual([1, 2]);
  last.close();
});
