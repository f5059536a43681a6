import { once } from 'node:events';
import type { Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { site } from '../server/site.js';
import { Store } from '../server/store.js';

const folder = mkdtempSync(join(tmpdir(), 'board-site-'));
let store: Store;
let server: Server;

beforeAll(async () => {
  store = new Store(join(folder, 'boards.jsonl'));
  server = site(store, 8101).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  store.close();
  rmSync(folder, { recursive: true });
});

const ask = (path: string, options?: RequestInit) =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, options);

test('the page runs nothing but its own, and talks to nobody but its site and Halley', async () => {
  const policy = (await ask('/')).headers.get('Content-Security-Policy');
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).toMatch(/connect-src 'self' ws:\/\/127.0.0.1:8101 http:\/\/127.0.0.1:8101$/);
});

test.each(['//', '/boards/', '/boards/..%2f', '/../package.json', '/server/main.js', '/index.html'])(
  'there is nothing at %s',
  async path => expect((await ask(path)).status).toBe(404),
);

test('nothing is changed by asking', async () => expect((await ask('/boards/a', { method: 'POST' })).status).toBe(405));

test('a board that nobody has written on is empty', async () =>
  expect(await (await ask('/boards/a')).json()).toEqual({ rev: 0, items: [] }));
