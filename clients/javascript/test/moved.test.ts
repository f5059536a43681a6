import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HalleyClient } from '../src/client';
import { iComet } from '../src/icomet/icomet';
import type { HalleyOptions, SubscribeOptions } from '../src/options';
import { FakeEventSource, FakeWebSocket, last, query, stubPage } from './double/browser';
import { diary } from './double/diary';

let host: string;
let hosts = 0;
let clients: HalleyClient[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  stubPage();
  host = `node${hosts++}.test`;
});

afterEach(() => {
  clients.splice(0).forEach(client => client.close());
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const socket = () => last(FakeWebSocket.all);
const urls = () => FakeWebSocket.all.map(one => one.url);

/** Subscribes to c at the first node, by WebSocket alone unless said otherwise. */
async function subscribe(options: Partial<HalleyOptions> = {}, how: SubscribeOptions = {}): Promise<string[]> {
  const client = new HalleyClient({ url: `http://${host}/`, transports: ['websocket'], ...options });
  clients.push(client);
  const told = diary(client.subscribe('c', how));
  await pass(1);
  return told;
}

function say(...messages: object[]): void {
  const at = socket();
  at.onopen?.();
  messages.forEach(message => at.onmessage?.({ data: JSON.stringify(message) }));
}

const moved = (content: unknown) => ({ type: 'moved', cname: 'c', seq: 0, content });
const exact = (seq: number) => ({ type: 'exact', cname: 'c', seq, epoch: '7', content: '' });
const data = (seq: number) => ({ type: 'data', cname: 'c', seq, content: 'm' + seq });
const lose = () => socket().onclose!({ code: 1006 });
const Owner = 'http://b.test:8100/ws?cname=c&seq=0';

test('it goes on at once where the channel is, with the address as the server wrote it, and the page sees one connection', async () => {
  const told = await subscribe({}, { token: 't' });
  const asked = FakeWebSocket.all[0];
  say(moved('http://b.test:8100/ws?cname=c&seq=0&epoch=&token=t%20&x=%2F'));
  expect(urls()).toEqual([`ws://${host}/ws?cname=c&seq=0&epoch=&token=t`, 'ws://b.test:8100/ws?cname=c&seq=0&epoch=&token=t%20&x=%2F']);
  expect(asked.closed).toBe(true);
  say(exact(1), data(1), data(2));
  expect(told).toEqual(['open websocket', 'm1', 'm2']);
});

test.each([
  ['http', 'http://b.test/ws?a', 'ws://b.test/ws?a'],
  ['http', 'https://b.test/ws?a', 'wss://b.test/ws?a'],
  ['http', 'ws://b.test/ws?a', 'ws://b.test/ws?a'],
  ['http', 'wss://b.test/ws?a', 'wss://b.test/ws?a'],
  ['https', 'https://b.test/ws?a', 'wss://b.test/ws?a'],
  ['https', 'wss://b.test/ws?a', 'wss://b.test/ws?a'],
])('from %s it goes to %s', async (scheme, content, url) => {
  await subscribe({ url: `${scheme}://${host}/` });
  say(moved(content));
  expect(socket().url).toBe(url);
});

test.each([
  ['http', '/ws?cname=c'],
  ['http', '//b.test/ws?cname=c'],
  ['http', 'http:ws?cname=c'],
  ['http', 'http:///ws'],
  ['http', 'javascript:alert(1)//http://b.test/'],
  ['http', 'ftp://b.test/ws'],
  ['http', ''],
  ['http', undefined],
  ['http', 5],
  ['https', 'http://b.test/ws?token=t'],
  ['https', 'ws://b.test/ws?token=t'],
])('from %s it does not go to %j: that is a failure', async (scheme, content) => {
  await subscribe({ url: `${scheme}://${host}/`, transports: ['websocket', 'sse'] });
  say(moved(content));
  await pass(1);
  expect(FakeWebSocket.all).toHaveLength(1);
  expect(socket().closed).toBe(true);
  expect(FakeEventSource.all).toHaveLength(1);
});

test('an address that the browser refuses is a failure', async () => {
  await subscribe({ transports: ['websocket', 'sse'] });
  const asked = socket();
  vi.stubGlobal('WebSocket', function () { throw new Error('by policy'); });
  asked.onmessage!({ data: JSON.stringify(moved(Owner)) });
  await pass(1);
  expect(FakeEventSource.all).toHaveLength(1);
});

test('nodes that send it to each other are a failure after three moves, and are asked again after a pause that grows', async () => {
  const told = await subscribe({ backoff: { min: 1000, max: 8000 } });
  const pauses: number[] = [];
  for (let round = 0; round < 4; round++) {
    const before = FakeWebSocket.all.length;
    for (let i = 0; i < 10 && !socket().closed; i++) say(moved(`http://${i % 2 ? host : 'b.test'}/ws?cname=c&seq=0`));
    expect(FakeWebSocket.all.length - before).toBe(3);
    const ended = Date.now();
    for (const count = FakeWebSocket.all.length; FakeWebSocket.all.length === count && Date.now() - ended < 10_000;) await pass(1);
    pauses.push(Math.floor((Date.now() - ended) / 10) * 10);
    expect(socket().url).toBe(urls()[0]);
  }
  expect(pauses).toEqual([750, 1500, 3000, 6000]);
  expect(told).toEqual([]);
});

test('moves do not count as failures: the next loss is waited for as the first one', async () => {
  const told = await subscribe({ transports: ['websocket', 'sse'] });
  for (let i = 2; i < 10; i++) {
    say(moved(Owner));
    say(exact(i - 1), data(i - 1));
    await pass(6000);
    lose();
    await pass(800);
  }
  expect(FakeWebSocket.all).toHaveLength(17);
  expect(FakeEventSource.all).toHaveLength(0);
  expect(told.filter(line => line.startsWith('m'))).toEqual(['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8']);
  expect(told.filter(line => line.startsWith('gap') || line.startsWith('reset'))).toEqual([]);
});

test('when the connection there is lost it asks again at the address that the page gave, from where it stands', async () => {
  const told = await subscribe();
  say(moved(Owner));
  say(exact(1), data(1), data(2));
  lose();
  await pass(1000);
  expect(FakeWebSocket.all).toHaveLength(3);
  expect(socket().url).toBe(`ws://${host}/ws?cname=c&seq=3&epoch=7`);
  say(moved('http://c.test/ws?cname=c&seq=3&epoch=7'));
  expect(socket().url).toBe('ws://c.test/ws?cname=c&seq=3&epoch=7');
  say({ ...exact(1), type: 'reset', reason: 'epoch', epoch: '8' }, data(1));
  expect(told).toEqual(['open websocket', 'm1', 'm2', 'close lost', 'open websocket', 'reset epoch', 'm1']);
});

test('when nobody is where it was sent it asks again at the address that the page gave', async () => {
  const told = await subscribe();
  say(moved(Owner));
  lose();
  await pass(1000);
  expect(urls().map(url => new URL(url).host)).toEqual([host, 'b.test:8100', host]);
  expect(told).toEqual([]);
});

test('who closes while it is sent on has no connection left', async () => {
  const told = await subscribe();
  say(moved(Owner));
  clients[0].close();
  await pass(60_000);
  expect(FakeWebSocket.all.map(one => one.closed)).toEqual([true, true]);
  expect(told).toEqual(['close stopped for good']);
});

test('only the first thing said sends it on: later its place would be an old one, and it comes back by itself', async () => {
  const told = await subscribe();
  say(exact(1), data(1), moved(Owner));
  expect(FakeWebSocket.all).toHaveLength(1);
  lose();
  await pass(1000);
  expect(query(socket().url)).toMatchObject({ cname: 'c', seq: '2', epoch: '7' });
  expect(told).toEqual(['open websocket', 'm1', 'close lost']);
});

test('a better transport that is sent on takes over once it is open there', async () => {
  const told = await subscribe({ transports: ['websocket', 'sse'], climbAfter: 10_000 });
  lose();
  await pass(1);
  const events = last(FakeEventSource.all);
  events.onmessage!({ data: JSON.stringify(exact(1)) });
  await pass(10_001);
  say(moved(Owner));
  events.onmessage!({ data: JSON.stringify(data(1)) });
  expect([told, events.closed]).toEqual([['open sse', 'm1'], false]);
  say(exact(1), data(1), data(2));
  expect([told, events.closed]).toEqual([['open sse', 'm1', 'open websocket', 'm2'], true]);
});

test('a page written for icomet.js is sent on too', async () => {
  vi.spyOn(console, 'log').mockImplementation(() => { });
  const heard: string[] = [];
  const comet = new iComet({ channel: 'c', subUrl: `http://${host}/sub`, transports: ['websocket'], callback: content => heard.push(content) });
  await pass(10);
  say(moved(Owner));
  say(exact(1), data(1));
  comet.stop();
  expect(heard).toEqual(['m1']);
});
