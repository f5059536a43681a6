import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { absolute, below, originOf, withQuery, type Query } from '../src/address';
import { jsonp, longPolling } from '../src/transports/polling';
import { serverSentEvents, streaming } from '../src/transports/streams';
import type { Transport } from '../src/transports/transport';
import { webSocket } from '../src/transports/websocket';
import { FakeEventSource, FakeWebSocket, FakeXhr, last, query, stubPage, type FakePage } from './double/browser';

let page: FakePage;
let told: string[];
let next: number;
let close: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  page = stubPage();
  told = [];
  next = 1;
});

afterEach(() => vi.useRealTimers());

function open(transport: Transport): void {
  expect(transport.supported()).toBe(true);
  close = transport.open(
    (path: string, more: Query = {}) => withQuery('http://host.test/' + path, { cname: 'c', seq: next, ...more }),
    {
      connected: () => told.push('connected'),
      received: messages =>
        messages.forEach(message => {
          told.push(message.content || message.type);
          if (message.seq) next = message.seq + 1;
        }),
      ended: () => told.push('ended'),
    },
  );
}

const text = (seq: number) => JSON.stringify({ type: 'data', cname: 'c', seq, content: 'm' + seq });

test('WebSocket: one object a text, at ws:', () => {
  open(webSocket);
  const socket = last(FakeWebSocket.all);
  expect(socket.url).toBe('ws://host.test/ws?cname=c&seq=1');
  socket.onopen!();
  socket.onmessage!({ data: text(1) });
  socket.onclose!({ code: 1006 });
  expect(told).toEqual(['connected', 'm1', 'ended']);
});

test('WebSocket: a text that is no message ends it', () => {
  open(webSocket);
  last(FakeWebSocket.all).onmessage!({ data: '<html>' });
  expect(told).toEqual(['ended']);
  expect(last(FakeWebSocket.all).closed).toBe(true);
});

test('WebSocket: closed by us it says nothing more', () => {
  open(webSocket);
  close();
  const socket = last(FakeWebSocket.all);
  expect([socket.closed, socket.onclose, socket.onmessage]).toEqual([true, null, null]);
});

test('SSE: the browsers own reconnecting is not left to itself', () => {
  open(serverSentEvents);
  const events = last(FakeEventSource.all);
  expect(events.url).toBe('http://host.test/sse?cname=c&seq=1');
  events.onopen!();
  events.onmessage!({ data: text(1) });
  events.readyState = FakeEventSource.CONNECTING;
  events.onerror!();
  expect(told).toEqual(['connected', 'm1', 'ended']);
  expect(events.closed).toBe(true);
});

test('streaming: a message a line, wherever the network cuts', async () => {
  vi.useRealTimers();
  const bytes = new TextEncoder().encode(text(1).replace('m1', 'mé') + '\n' + text(2) + '\n\n' + text(3) + '\n');
  const body = new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte])); // the é comes in halves
      controller.close();
    },
  });
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body)));
  open(streaming);
  await vi.waitFor(() => expect(told).toContain('ended'));
  expect(told).toEqual(['connected', 'mé', 'm2', 'm3', 'ended']);
});

test('streaming: an answer that is none, or a network that is none, ends it', async () => {
  vi.useRealTimers();
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('no', { status: 502 })));
  open(streaming);
  await vi.waitFor(() => expect(told).toEqual(['ended']));
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('network')));
  open(streaming);
  await vi.waitFor(() => expect(told).toEqual(['ended', 'ended']));
});

test('streaming: closed by us the request is given up', async () => {
  vi.useRealTimers();
  let signal: AbortSignal | undefined;
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    signal = init.signal!;
    return new Promise(() => {});
  });
  open(streaming);
  close();
  expect(signal!.aborted).toBe(true);
  expect(told).toEqual([]);
});

test('long polling: each question asks from the new position', () => {
  open(longPolling);
  last(FakeXhr.all).answer(200, `[${text(1)},${text(2)}]\n`);
  expect(query(last(FakeXhr.all).url)).toMatchObject({ seq: '3', cname: 'c' });
  last(FakeXhr.all).begin(200);
  last(FakeXhr.all).answer(200, text(3));
  expect(told).toEqual(['connected', 'm1', 'm2', 'connected', 'connected', 'm3']);
  expect(FakeXhr.all).toHaveLength(3);
});

test('long polling: any other answer ends it', () => {
  for (const [status, body] of [
    [502, 'bad gateway'],
    [0, ''],
    [200, '<html>login</html>'],
    [404, text(1)],
  ] as const) {
    open(longPolling);
    last(FakeXhr.all).answer(status, body);
  }
  expect(told.filter(line => line !== 'connected')).toEqual(['ended', 'ended', 'ended', 'ended']);
});

test('long polling: closed by us the question is given up', () => {
  open(longPolling);
  close();
  expect(last(FakeXhr.all).aborted).toBe(true);
  expect(told).toEqual([]);
});

test('long polling: a server that never holds a question is not asked without end', () => {
  open(longPolling);
  for (let i = 0; i < 100 && told[told.length - 1] !== 'ended'; i++)
    last(FakeXhr.all).answer(200, '{"type":"noop","seq":0}');
  expect(FakeXhr.all).toHaveLength(6);
});

test('long polling: news may come as fast as they like', () => {
  open(longPolling);
  for (let i = 1; i <= 100; i++) last(FakeXhr.all).answer(200, text(i));
  expect(FakeXhr.all).toHaveLength(101);
});

test('JSONP: the script calls back, goes, and the next one comes', () => {
  open(jsonp);
  const script = last(page.scripts());
  page.callBack(script, JSON.parse(text(1)));
  expect(page.scripts()).toHaveLength(1);
  expect(last(page.scripts())).not.toBe(script);
  page.callBack(last(page.scripts()), [JSON.parse(text(2)), JSON.parse(text(3))]);
  expect(told).toEqual(['m1', 'm2', 'm3']);
  expect(query(last(page.scripts()).src).seq).toBe('4');
});

test('JSONP: a script that fails, or does not call back, ends it', () => {
  open(jsonp);
  last(page.scripts()).onerror!();
  open(jsonp);
  last(page.scripts()).onload!();
  expect(told).toEqual(['ended', 'ended']);
  expect(page.scripts()).toEqual([]);
});

test('JSONP: a script given up may still arrive, and harms nobody', () => {
  open(jsonp);
  const script = last(page.scripts());
  close();
  page.callBack(script, JSON.parse(text(1)));
  expect(told).toEqual([]);
  expect(page.scripts()).toEqual([]);
});

test('addresses are made from what the page was given', () => {
  expect(absolute('/push/')).toBe('http://page.test/push/');
  expect(below('http://h/push/?a=1', 'sse')).toBe('http://h/push/sse?a=1');
  expect(below('http://h', 'sse')).toBe('http://h/sse');
  expect(originOf('https://h:81/x?y')).toBe('https://h:81');
  expect(withQuery('http://h/?a=1', { b: 'x y&', c: undefined, d: 0 })).toBe('http://h/?a=1&b=x%20y%26&d=0');
});
