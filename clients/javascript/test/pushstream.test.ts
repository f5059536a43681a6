import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sharedDomain } from '../src/pushstream/address';
import { instances, PushStream } from '../src/pushstream/pushstream';
import type { PushStreamSettings } from '../src/pushstream/settings';
import { FakeEventSource, FakeWebSocket, FakeXhr, last, query, stubPage, type FakePage } from './double/browser';

let page: FakePage;
let told: string[];
let stream: PushStream;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-22T10:00:00Z') });
  page = stubPage();
  told = [];
});

afterEach(() => {
  stream?.disconnect();
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

function make(settings: PushStreamSettings = {}): PushStream {
  return (stream = new PushStream({
    onmessage: (text, id, channel, eventid, isLast, time) =>
      told.push([text, id, channel, eventid, isLast, time].join(' ').trim()),
    onstatuschange: state => told.push('state ' + state),
    onerror: error => told.push('error ' + error.type),
    onchanneldeleted: channel => told.push('deleted ' + channel),
    ...settings,
  }));
}

function connect(
  modes: string,
  settings: PushStreamSettings = {},
  channels: Record<string, number> = { ch1: 0 },
): void {
  make({ modes, ...settings });
  for (const name in channels) stream.addChannel(name, channels[name] ? { backtrack: channels[name] } : undefined);
  stream.connect();
}

const time = 'Sun, 22 Nov 2026 09:59:59 GMT';
const message = (id: number, text: string, more = {}) =>
  JSON.stringify({ id, channel: 'ch1', text, tag: 3, time, eventid: '', ...more });

test('the constants and defaults are the originals', () => {
  make();
  expect([PushStream.CLOSED, PushStream.CONNECTING, PushStream.OPEN, PushStream.LOG_LEVEL]).toEqual([0, 1, 2, 'error']);
  expect(stream).toMatchObject({
    useSSL: false,
    host: 'page.test',
    port: 80,
    timeout: 30000,
    pingtimeout: 30000,
    reconnectOnTimeoutInterval: 3000,
    reconnectOnChannelUnavailableInterval: 60000,
    autoReconnect: true,
    lastEventId: null,
    messagesControlByArgument: false,
    tagArgument: 'tag',
    timeArgument: 'time',
    eventIdArgument: 'eventid',
    useJSONP: false,
    urlPrefixPublisher: '/pub',
    urlPrefixStream: '/sub',
    urlPrefixEventsource: '/ev',
    urlPrefixLongpolling: '/lp',
    urlPrefixWebsocket: '/ws',
    jsonIdKey: 'id',
    jsonChannelKey: 'channel',
    jsonTextKey: 'text',
    jsonTagKey: 'tag',
    jsonTimeKey: 'time',
    jsonEventIdKey: 'eventid',
    modes: ['eventsource', 'websocket', 'stream', 'longpolling'],
    channels: {},
    channelsCount: 0,
    channelsByArgument: false,
    channelsArgument: 'channels',
    readyState: 0,
  });
  expect(stream.wrappers.map(mode => mode.type)).toEqual(['EventSource', 'WebSocket', 'Stream', 'LongPolling']);
  expect(make({ useSSL: true }).port).toBe(443);
  expect(make({ autoReconnect: false }).autoReconnect).toBe(false);
});

test('modes that the browser lacks are left out', () => {
  vi.stubGlobal('EventSource', undefined);
  expect(make().wrappers.map(mode => mode.type)).toEqual(['WebSocket', 'Stream', 'LongPolling']);
});

test('channels are added, refused, and removed', () => {
  make();
  stream.addChannel('a', { backtrack: 2 });
  stream.addChannel('b');
  expect([stream.channelsCount, stream.channels]).toEqual([2, { a: { backtrack: 2 }, b: {} }]);
  expect(() => stream.addChannel('a')).toThrow('Cannot add channel a: already subscribed');
  expect(() => stream.addChannel('ä/b')).toThrow('Invalid channel name');
  stream.removeChannel('a');
  stream.removeChannel('nobody');
  expect(stream.channelsCount).toBe(1);
  stream.removeAllChannels();
  expect([stream.channelsCount, stream.channels]).toEqual([0, {}]);
});

test('connecting without a channel, or without a way, is refused', () => {
  make({ modes: 'pigeon' });
  expect(() => stream.connect()).toThrow('No channels specified');
  stream.addChannel('a');
  expect(() => stream.connect()).toThrow('No available support for this browser');
});

test('WebSocket: address, opening, messages, ids below one', () => {
  connect('websocket', { host: 'h.test', port: 81, extraParams: () => ({ user: 'u 1' }) }, { ch1: 2, ch2: 0 });
  const socket = last(FakeWebSocket.all);
  expect(socket.url.startsWith('ws://h.test:81/ws/ch1.b2/ch2?')).toBe(true);
  expect(query(socket.url)).toMatchObject({ user: 'u 1', tag: '', time: '', eventid: '' });
  socket.onopen!();
  socket.onmessage!({ data: message(1, 'a%20b', { eventid: 'e1' }) });
  socket.onmessage!({ data: message(-1, 'ping') });
  socket.onmessage!({ data: message(-2, 'Channel deleted') });
  socket.onmessage!({ data: 'not json' });
  expect(told).toEqual(['state 1', 'state 2', `a b 1 ch1 e1 true ${time}`, 'deleted ch1']);
});

test('text with a bare percent sign is handed over as it is', () => {
  connect('websocket');
  last(FakeWebSocket.all).onmessage!({ data: message(1, '100 %') });
  expect(told[1]).toBe(`100 % 1 ch1  true ${time}`);
});

test('the keys of the template may have other names', () => {
  connect('websocket', { jsonIdKey: 'i', jsonTextKey: 't', jsonChannelKey: 'c' });
  last(FakeWebSocket.all).onmessage!({ data: '{"i":1,"t":"x","c":"z"}' });
  expect(told[1]).toBe('x 1 z  true');
});

test('WebSocket: closed without a frame it waits for long, with a frame not so long', async () => {
  connect('websocket');
  last(FakeWebSocket.all).onopen!();
  last(FakeWebSocket.all).onclose!({ code: 1000 });
  expect(told.slice(2)).toEqual(['state 0', 'error timeout']);
  await pass(3000);
  expect(FakeWebSocket.all).toHaveLength(2);
  last(FakeWebSocket.all).onopen!();
  last(FakeWebSocket.all).onclose!({ code: 1006 });
  expect(last(told)).toBe('error load');
  await pass(59000);
  expect(FakeWebSocket.all).toHaveLength(2);
  await pass(1000);
  expect(FakeWebSocket.all).toHaveLength(3);
});

test('autoReconnect: false stays closed', async () => {
  connect('websocket', { autoReconnect: false });
  last(FakeWebSocket.all).onclose!({ code: 1006 });
  await pass(100000);
  expect(FakeWebSocket.all).toHaveLength(1);
  expect(stream.readyState).toBe(PushStream.CLOSED);
});

test('a mode that does not open is followed by the next, one that did is used again', async () => {
  connect('websocket|eventsource', { reconnectOnChannelUnavailableInterval: 500 });
  last(FakeWebSocket.all).onclose!({ code: 1006 });
  await pass(500);
  expect(stream.wrapper!.type).toBe('EventSource');
  last(FakeEventSource.all).onopen!();
  last(FakeEventSource.all).readyState = FakeEventSource.CLOSED;
  last(FakeEventSource.all).onerror!();
  await pass(3000);
  expect(stream.wrapper!.type).toBe('EventSource');
});

test('with the position in the address, a new connection asks for what follows, and no more for old messages', async () => {
  connect('websocket', { messagesControlByArgument: true, tagArgument: 'g', timeArgument: 't' }, { ch1: 5 });
  expect(last(FakeWebSocket.all).url).toContain('/ch1.b5?');
  last(FakeWebSocket.all).onopen!();
  last(FakeWebSocket.all).onmessage!({ data: message(7, 'x') });
  last(FakeWebSocket.all).onclose!({ code: 1000 });
  await pass(3000);
  expect(last(FakeWebSocket.all).url).toContain('/ch1?');
  expect(query(last(FakeWebSocket.all).url)).toMatchObject({ g: '3', t: time });
});

test('messagesPublishedAfter: seconds back, a date, or everything', () => {
  const asked = (messagesPublishedAfter: PushStreamSettings['messagesPublishedAfter']) => {
    connect('websocket', { messagesPublishedAfter, messagesControlByArgument: true });
    return query(last(FakeWebSocket.all).url).time;
  };
  expect(asked(60)).toBe('Sun, 22 Nov 2026 09:59:00 GMT');
  expect(asked(new Date('2026-01-02T03:04:05Z'))).toBe('Fri, 02 Jan 2026 03:04:05 GMT');
  expect(asked(-1)).toBe('Thu, 01 Jan 1970 00:00:00 GMT');
  expect(asked(undefined)).toBe('');
});

test('a last event id is sent in its own argument', () => {
  connect('websocket', { lastEventId: 'e9', messagesControlByArgument: true, eventIdArgument: 'ev' });
  expect(query(last(FakeWebSocket.all).url).ev).toBe('e9');
});

test('channels may go in an argument', () => {
  connect('websocket', { channelsByArgument: true, channelsArgument: 'ids' }, { ch1: 2, ch2: 0 });
  expect(last(FakeWebSocket.all).url).toMatch(/^ws:\/\/page\.test\/ws\?/);
  expect(query(last(FakeWebSocket.all).url).ids).toBe('ch1.b2/ch2');
});

test('useSSL changes the schemes', () => {
  connect('websocket', { useSSL: true });
  expect(last(FakeWebSocket.all).url).toMatch(/^wss:\/\/page\.test\/ws\/ch1/);
});

test('EventSource: the browser reconnects by itself, and nothing is said', () => {
  connect('eventsource');
  const events = last(FakeEventSource.all);
  expect(events.url).toMatch(/^http:\/\/page\.test\/ev\/ch1\?/);
  events.onopen!();
  events.onmessage!({ data: message(1, 'a') });
  events.readyState = FakeEventSource.CONNECTING;
  events.onerror!();
  expect(told).toEqual(['state 1', 'state 2', `a 1 ch1  true ${time}`]);
  expect(events.closed).toBe(false);
});

test('EventSource: with the position in the address the browser may not repeat an old one', async () => {
  connect('eventsource', { messagesControlByArgument: true });
  const events = last(FakeEventSource.all);
  events.onopen!();
  events.onmessage!({ data: message(1, 'a') });
  events.readyState = FakeEventSource.CONNECTING;
  events.onerror!();
  expect(events.closed).toBe(true);
  await pass(3000);
  expect(query(last(FakeEventSource.all).url).time).toBe(time);
});

test('stream: the frame registers, calls p, and must not be silent', async () => {
  connect('stream');
  const frame = last(page.frames());
  expect(frame.src).toMatch(/^http:\/\/page\.test\/sub\/ch1\?/);
  const inside = { location: { href: frame.src } } as unknown as Parameters<typeof PushStream.register>[0];
  PushStream.register(inside);
  expect(query(frame.src).streamid).toBe(String(instances.indexOf(stream)));
  inside.p!(1, 'ch1', 'a%20b', 'e1', time, '4');
  await pass(29000);
  inside.p!(-1, '', 'ping');
  await pass(29000);
  expect(told).toEqual(['state 1', 'state 2', `a b 1 ch1 e1 true ${time}`]);
  await pass(1000);
  expect(told.slice(3)).toEqual(['state 0', 'error timeout']);
  expect(page.frames()).toHaveLength(0);
  await pass(3000);
  expect(page.frames()).toHaveLength(1);
});

test('stream: a frame that the server ended is connected again soon', async () => {
  connect('stream');
  const frame = last(page.frames());
  PushStream.register({ location: { href: frame.src } } as unknown as Parameters<typeof PushStream.register>[0]);
  frame.onload!();
  expect(told).toEqual(['state 1', 'state 2', 'state 0', 'error timeout']);
  await pass(3000);
  expect(last(page.frames())).not.toBe(frame);
});

test('stream: a frame that loads without registering, or never does, is no connection', async () => {
  connect('stream', { timeout: 5000 });
  last(page.frames()).onload!();
  expect(last(told)).toBe('error load');
  stream.disconnect();
  told = [];
  stream.connect();
  await pass(5000);
  expect(told).toEqual(['state 1', 'state 0', 'error load']);
});

test('long polling: open after a moment, validators from answer to question, several messages in one answer', async () => {
  connect('longpolling');
  await pass(100);
  expect(last(FakeXhr.all).sentHeaders).toEqual({ 'If-None-Match': '0' });
  await pass(50);
  expect(told).toEqual(['state 1', 'state 2']);
  last(FakeXhr.all).answer(200, message(1, 'a') + message(2, 'b') + '\r\n' + message(3, 'c'), {
    Etag: 'W/3',
    'Last-Modified': time,
  });
  expect(told.slice(2)).toEqual([`a 1 ch1  false ${time}`, `b 2 ch1  false ${time}`, `c 3 ch1  true ${time}`]);
  await pass(100);
  expect(last(FakeXhr.all).sentHeaders).toEqual({ 'If-None-Match': 'W/3', 'If-Modified-Since': time });
  last(FakeXhr.all).answer(304, '', { Etag: 'W/0', 'Last-Modified': 'Sun, 22 Nov 2026 10:01:00 GMT' });
  await pass(100);
  expect(last(FakeXhr.all).sentHeaders).toEqual({
    'If-None-Match': 'W/0',
    'If-Modified-Since': 'Sun, 22 Nov 2026 10:01:00 GMT',
  });
  expect(stream.readyState).toBe(PushStream.OPEN);
});

test('long polling: old messages are asked for once, then the position counts', async () => {
  connect('longpolling', {}, { ch1: 2 });
  await pass(100);
  expect(last(FakeXhr.all).url).toContain('/lp/ch1.b2?');
  last(FakeXhr.all).answer(200, message(1, 'a'), { Etag: 'W/1', 'Last-Modified': time });
  await pass(100);
  expect(last(FakeXhr.all).url).toContain('/lp/ch1?');
});

test('long polling: 403 waits for long, other failures not so long', async () => {
  connect('longpolling');
  await pass(200);
  last(FakeXhr.all).answer(403, '');
  expect(last(told)).toBe('error load');
  await pass(60100);
  await pass(100);
  last(FakeXhr.all).answer(502, '');
  expect(last(told)).toBe('error timeout');
});

test('long polling: an answer that is overdue is asked for again', async () => {
  connect('longpolling', { timeout: 10000 });
  await pass(100);
  await pass(12000);
  expect(FakeXhr.all[0].aborted).toBe(true);
  await pass(100);
  expect(FakeXhr.all).toHaveLength(2);
  expect(stream.readyState).toBe(PushStream.OPEN);
});

test('JSONP at another site: position in the address, an array as the answer', async () => {
  connect('longpolling', { host: 'other.test' }, { ch1: 2 });
  expect(stream.messagesControlByArgument).toBe(true);
  await pass(100);
  const script = last(page.scripts());
  expect(script.src).toContain('http://other.test/lp/ch1.b2?');
  expect(query(script.src).callback).toMatch(/^PushStreamManager_\d+_onmessage_/);
  page.callBack(script, [JSON.parse(message(1, 'a')), JSON.parse(message(2, 'b'))], 'callback');
  expect(told.filter(line => !line.startsWith('state'))).toEqual([`a 1 ch1  false ${time}`, `b 2 ch1  true ${time}`]);
  await pass(100);
  expect(last(page.scripts()).src).toContain('http://other.test/lp/ch1?');
  expect(query(last(page.scripts()).src)).toMatchObject({ tag: '3', time });
});

test('JSONP: an early failure is a refusal, a late one or an empty answer is nothing new', async () => {
  connect('longpolling', { useJSONP: true, timeout: 10000 });
  await pass(100);
  last(page.scripts()).onload!();
  await pass(5200);
  last(page.scripts()).onerror!();
  await pass(100);
  expect(stream.readyState).toBe(PushStream.OPEN);
  last(page.scripts()).onerror!();
  expect(told.slice(-2)).toEqual(['state 0', 'error load']);
});

test('disconnect says CLOSED once and stays so', async () => {
  connect('longpolling|websocket');
  await pass(200);
  stream.disconnect();
  await pass(100000);
  expect(told).toEqual(['state 1', 'state 2', 'state 0']);
  expect(FakeXhr.all[0].aborted).toBe(true);
});

test('a channel added while connected makes a new connection', () => {
  connect('websocket');
  last(FakeWebSocket.all).onopen!();
  stream.addChannel('ch2', { backtrack: 1 });
  expect(FakeWebSocket.all[0].closed).toBe(true);
  expect(last(FakeWebSocket.all).url).toContain('/ws/ch1/ch2.b1?');
});

test('publishing: a frame of the WebSocket, or else a POST with a slash before the first channel', () => {
  const answers: unknown[] = [];
  connect('websocket');
  stream.sendMessage('ä b', () => answers.push('sent'));
  expect(last(FakeWebSocket.all).sent).toEqual(['%C3%A4%20b']);
  connect('eventsource', {}, { ch1: 3, ch2: 0 });
  stream.sendMessage(
    'ä b',
    () => answers.push('posted'),
    status => answers.push(status),
  );
  const xhr = last(FakeXhr.all);
  expect([xhr.method, xhr.body, query(xhr.url).id]).toEqual(['POST', '%C3%A4%20b', '/ch1/ch2']);
  expect(xhr.sentHeaders).toEqual({ Accept: 'application/json', 'Content-type': 'application/x-www-form-urlencoded' });
  xhr.answer(200, '');
  stream.sendMessage('x', undefined, status => answers.push(status));
  last(FakeXhr.all).answer(413, '');
  expect(answers).toEqual(['sent', 'posted', 413]);
});

test('the domain that page and frame share', () => {
  expect(
    ['10.0.0.1', 'push.example.com', 'a.b.example.com', 'www.name.br', 'push.ab.co.uk', 'localhost'].map(sharedDomain),
  ).toEqual(['10.0.0.1', 'example.com', 'b.example.com', 'name.br', 'ab.co.uk', 'localhost']);
});
