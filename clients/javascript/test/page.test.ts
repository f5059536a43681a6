import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HalleyClient } from '../src/client';
import { stubPage, type FakePage } from './double/browser';
import { diary } from './double/diary';
import { DoubleServer } from './double/server';
import { five } from './double/transports';

let page: FakePage;
let server: DoubleServer;
let client: HalleyClient;
let told: string[];
let sites = 0;

beforeEach(async () => {
  vi.useFakeTimers();
  page = stubPage();
  server = new DoubleServer();
  client = new HalleyClient({ url: `http://page${sites++}.test`, transports: Object.values(five(server)) });
  told = diary(client.subscribe('c'));
  await pass(6000);
});

afterEach(() => {
  client.close();
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

test('without network nothing is tried, and with it everything at once, from the same position', async () => {
  server.publish('c', 'a');
  await pass(100);
  page.window.dispatchEvent(new Event('offline'));
  server.publish('c', 'b');
  await pass(10000);
  expect(told).toEqual(['open websocket', 'a', 'close offline']);
  page.window.dispatchEvent(new Event('online'));
  await pass(50);
  expect(told.slice(3)).toEqual(['open websocket', 'b']);
});

test('a browser that never says that the network is back is not waited for without end', async () => {
  page.window.dispatchEvent(new Event('offline'));
  await pass(31000);
  expect(told).toEqual(['open websocket', 'close offline', 'open websocket']);
});

test('a browser that says it has no network is believed so far that it is tried seldom', async () => {
  vi.stubGlobal('navigator', { onLine: false });
  server.kill();
  const before = server.asked.length;
  await pass(25000);
  server.start();
  await pass(4000);
  expect(server.asked.length).toBe(before);
  await pass(3000);
  expect(told.slice(-2)).toEqual(['open websocket', 'reset epoch']);
});

test('a page that is put aside has no connections, and has them again when it is brought back', async () => {
  page.window.dispatchEvent(new Event('pagehide'));
  expect(server.count('c')).toBe(0);
  server.publish('c', 'a');
  page.window.dispatchEvent(new Event('pageshow'));
  await pass(50);
  expect(told).toEqual(['open websocket', 'close hidden', 'open websocket', 'a']);
});

test('a page that slept looks at the clock when it is seen again', async () => {
  vi.setSystemTime(Date.now() + 600000); // timers stood still meanwhile
  page.document.dispatchEvent(new Event('visibilitychange'));
  expect(told).toEqual(['open websocket', 'close silent']);
  await pass(2000);
  expect(told[2]).toBe('open websocket');
});

test('a page that is seen again does not wait for its next try', async () => {
  server.up = false;
  server.dropAll();
  await pass(120000);
  server.up = true;
  page.document.dispatchEvent(new Event('visibilitychange'));
  await pass(100);
  expect(told[told.length - 1]).toMatch(/^open/);
});

test('a page that becomes hidden behind another keeps its connection', async () => {
  page.document.hidden = true;
  vi.setSystemTime(Date.now() + 600000);
  page.document.dispatchEvent(new Event('visibilitychange'));
  expect(told).toEqual(['open websocket']);
});

test('a client that was closed follows the page no longer', async () => {
  client.close();
  page.window.dispatchEvent(new Event('online'));
  await pass(1000);
  expect(told).toEqual(['open websocket', 'close stopped for good']);
});
