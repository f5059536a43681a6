import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { iComet, type ICometConfig } from '../src/icomet/icomet';
import { FakeEventSource, FakeXhr, last, query, stubPage, type FakePage } from './double/browser';

let page: FakePage;
let heard: string[];
let comet: iComet | undefined;
let hosts = 0;
let host: string;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'log').mockImplementation(() => {});
  page = stubPage();
  heard = [];
  host = `http://comet${hosts++}.test`;
});

afterEach(() => {
  comet?.stop();
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

async function start(config: Partial<ICometConfig> = {}): Promise<iComet> {
  comet = new iComet({
    channel: 'abc',
    subUrl: host + '/sub',
    callback: (content, type) => heard.push(`${type} ${content}`),
    ...config,
  });
  await pass(10);
  return comet;
}

const say = (message: object) => last(FakeEventSource.all).onmessage!({ data: JSON.stringify(message) });
const data = (seq: number, content: string) => ({ type: 'data', cname: 'abc', seq, content });

test('it starts by itself, by server-sent events beside /sub', async () => {
  await start();
  const url = last(FakeEventSource.all).url;
  expect(url.startsWith(host + '/sse?')).toBe(true);
  expect(query(url)).toMatchObject({ cname: 'abc', seq: '0' });
});

test('data and broadcasts are called back with content and type', async () => {
  await start();
  say({ type: 'next_seq', cname: 'abc', seq: 4, content: '' });
  say(data(4, 'hello'));
  say({ type: 'broadcast', cname: 'abc', seq: 5, content: 'all' });
  say({ type: 'next_seq', cname: 'abc', seq: 6, content: '' });
  say({ type: 'noop', cname: 'abc', seq: 0, content: '' });
  say(data(6, 'again'));
  expect(heard).toEqual(['data hello', 'broadcast all', 'data again']);
});

test('the older names of the configuration are known', async () => {
  comet = new iComet({ channel: 'abc', sub_url: host + '/poll?app=1', sub_callback: content => heard.push(content) });
  await pass(10);
  expect(last(FakeEventSource.all).url.startsWith(host + '/sse?app=1&')).toBe(true);
  say(data(1, 'x'));
  expect(heard).toEqual(['x']);
});

test('without subUrl it says so', () => {
  expect(() => new iComet({ channel: 'abc' })).toThrow('subUrl is missing');
});

test('a callback that throws does not stop what follows', async () => {
  await start({
    callback: content => {
      heard.push(content);
      throw new Error('mine');
    },
  });
  say(data(1, 'a'));
  say(data(2, 'b'));
  expect(heard).toEqual(['a', 'b']);
});

test('with signUrl it signs first, and subscribes with channel and token that it got', async () => {
  await start({ signUrl: host + '/app/sign?user=1' });
  const script = last(page.scripts());
  expect(query(script.src)).toMatchObject({ user: '1', cname: 'abc' });
  expect(FakeEventSource.all).toHaveLength(0);
  page.callBack(script, { type: 'sign', cname: 'abc-7', seq: 1, token: 't1', expires: 60, sub_timeout: 20 });
  await pass(10);
  expect(query(last(FakeEventSource.all).url)).toMatchObject({ cname: 'abc-7', token: 't1', seq: '0' });
  expect(comet!.sub_timeout).toBe(26000);
});

test('a signature that does not come is asked for again', async () => {
  await start({ signUrl: host + '/sign' });
  last(page.scripts()).onerror!();
  expect(page.scripts()).toHaveLength(0);
  await pass(1500);
  expect(page.scripts()).toHaveLength(1);
});

test('a refused token is signed for again, after a while', async () => {
  await start({ signUrl: host + '/sign' });
  page.callBack(last(page.scripts()), { type: 'sign', cname: 'abc', token: 't1', sub_timeout: 30 });
  await pass(10);
  say({ type: '401', cname: 'abc', seq: 0, content: 'Token error' });
  expect(page.scripts()).toHaveLength(0);
  await pass(1500);
  page.callBack(last(page.scripts()), { type: 'sign', cname: 'abc', token: 't2', sub_timeout: 30 });
  await pass(10);
  expect(query(last(FakeEventSource.all).url).token).toBe('t2');
});

test('silence longer than what the signature allows starts it anew', async () => {
  await start({ signUrl: host + '/sign' });
  page.callBack(last(page.scripts()), { type: 'sign', cname: 'abc', token: 't1', sub_timeout: 10 });
  await pass(10);
  say({ type: 'next_seq', cname: 'abc', seq: 4, content: '' });
  const before = FakeEventSource.all.length;
  await pass(12000);
  expect(FakeEventSource.all.length).toBe(before);
  await pass(3000);
  expect(FakeEventSource.all.length).toBe(before + 1);
  expect(query(last(FakeEventSource.all).url).seq).toBe('4');
});

test('stop ends it, and start goes on where it was', async () => {
  const comet = await start();
  say(data(1, 'a'));
  comet.stop();
  expect(last(FakeEventSource.all).closed).toBe(true);
  await pass(100000);
  expect(FakeEventSource.all).toHaveLength(1);
  comet.start();
  comet.start();
  await pass(10);
  expect(FakeEventSource.all).toHaveLength(2);
  expect(query(last(FakeEventSource.all).url).seq).toBe('2');
});

test('a browser without server-sent events gets a forever iframe', async () => {
  vi.stubGlobal('EventSource', undefined);
  await start();
  const frame = last(page.frames());
  expect(frame.src.startsWith(host + '/iframe?')).toBe(true);
  page.window.icomet_cb({ type: 'exact', cname: 'abc', seq: 1, epoch: '5', content: '' });
  page.window.icomet_cb(data(1, 'a'));
  page.window.icomet_cb({ ...data(1, 'b'), cname: 'another' });
  page.window.icomet_cb([]);
  expect(heard).toEqual(['data a']);
});

test('where a frame stays silent, scripts ask: objects and arrays, without an end', async () => {
  vi.stubGlobal('EventSource', undefined);
  await start();
  await pass(5100);
  expect(page.frames()).toHaveLength(0);
  page.callBack(last(page.scripts()), { type: 'next_seq', cname: 'abc', seq: 1, content: '' });
  page.callBack(last(page.scripts()), [
    data(1, 'a'),
    { type: 'broadcast', cname: 'abc', seq: 2, content: 'b' },
    { type: 'next_seq', cname: 'abc', seq: 3, content: '' },
  ]);
  page.callBack(last(page.scripts()), data(3, 'c'));
  expect(heard).toEqual(['data a', 'broadcast b', 'data c']);
  expect(query(last(page.scripts()).src)).toMatchObject({ seq: '4' });
});

test('an address that is not /sub is asked as it is, by scripts', async () => {
  await start({ subUrl: host + '/my/feed.php?x=1' });
  expect(last(page.scripts()).src.startsWith(host + '/my/feed.php?x=1&')).toBe(true);
});

test('pub sends channel and content, and calls back with the answer', async () => {
  const comet = await start({ pubUrl: host + '/pub.php' });
  const answers: unknown[] = [];
  comet.pub('hällo & more', answer => answers.push(answer));
  const xhr = last(FakeXhr.all);
  expect(query(xhr.url)).toEqual({ cname: 'abc', content: 'hällo & more' });
  xhr.answer(200, '{"type":"ok"}');
  expect(answers).toEqual([{ type: 'ok' }]);
});

test('pub to an address with cb=? is a script', async () => {
  const comet = await start({ pubUrl: host + '/push?cb=?' });
  const answers: unknown[] = [];
  comet.pub('x', answer => answers.push(answer));
  const script = last(page.scripts());
  expect(query(script.src)).toMatchObject({ cname: 'abc', content: 'x' });
  page.callBack(script, { type: 'ok' });
  expect(answers).toEqual([{ type: 'ok' }]);
});

test('pub of what is no text, or with no address, sends nothing', async () => {
  const comet = await start({ pubUrl: host + '/pub' });
  expect(comet.pub(5 as unknown as string)).toBe(false);
  comet.stop();
  const mute = await start();
  expect(mute.pub('x')).toBe(false);
  expect(FakeXhr.all).toHaveLength(0);
});

test('a gap and a reset are called back where that is wanted', async () => {
  const events: unknown[] = [];
  await start({ onGap: gap => events.push([gap.from, gap.to]), onReset: reset => events.push(reset.reason) });
  say({ type: 'exact', cname: 'abc', seq: 1, epoch: '5', content: '' });
  say(data(1, 'a'));
  say(data(4, 'd'));
  say({ type: 'reset', cname: 'abc', seq: 1, epoch: '6', reason: 'epoch', content: '' });
  expect(events).toEqual([[2, 3], 'epoch']);
});

test('a channel that the server closed is opened again, as the original does by its watchdog', async () => {
  await start();
  say(data(1, 'a'));
  say({ type: 'close', cname: 'abc', seq: 2, content: '' });
  await pass(2000);
  expect(FakeEventSource.all).toHaveLength(2);
});
