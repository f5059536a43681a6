import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HalleyClient } from '../src/client';
import type { HalleyOptions, SubscribeOptions } from '../src/options';
import { diary } from './double/diary';
import { DoubleServer } from './double/server';
import { MemoryStore } from './double/store';
import { five, type Five } from './double/transports';

let server: DoubleServer;
let via: Five;
let url: string;
let sites = 0;
let clients: HalleyClient[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  server = new DoubleServer();
  via = five(server);
  url = `http://client${sites++}.test/`;
});

afterEach(() => {
  clients.splice(0).forEach(client => client.close());
  vi.useRealTimers();
});

function subscribe(options: Partial<HalleyOptions> = {}, how: SubscribeOptions = {}) {
  const client = new HalleyClient({ url, transports: Object.values(via), ...options });
  clients.push(client);
  const subscription = client.subscribe('c', how);
  return { client, subscription, told: diary(subscription) };
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

test('the best transport that works is used, and messages come once and in order', async () => {
  const { told } = subscribe();
  await pass(100);
  server.publish('c', 'a', 'b', 'c');
  await pass(100);
  expect(told).toEqual(['open websocket', 'a', 'b', 'c']);
});

for (const working of ['websocket', 'sse', 'streaming', 'longpolling', 'jsonp'] as const) {
  test(`where only ${working} gets through, ${working} is found`, async () => {
    for (const transport of Object.values(via)) transport.weather = transport.name === working ? 'works' : 'refuses';
    const { told, subscription } = subscribe();
    await pass(500);
    expect(told[0]).toBe('open ' + working);
    expect(subscription.transport).toBe(working);
    server.publish('c', 'a');
    await pass(50);
    server.publish('c', 'b', 'c');
    await pass(100);
    expect(told.slice(1)).toEqual(['a', 'b', 'c']);
  });

  test(`nothing is lost and nothing comes twice when the connection of ${working} is cut while messages flow`, async () => {
    for (const transport of Object.values(via)) transport.weather = transport.name === working ? 'works' : 'refuses';
    const { told } = subscribe();
    await pass(500);
    const expected = [];
    for (let i = 0; i < 60; i++) {
      server.publish('c', 'm' + i);
      expected.push('m' + i);
      if (i % 20 === 7) server.dropAll();
      await pass(137);
    }
    await pass(60000);
    expect(told.filter(line => !/^(open|close)/.test(line))).toEqual(expected);
  });

  test(`a server that is killed and begins anew is told as a reset on ${working}, and what it has by then is given`, async () => {
    for (const transport of Object.values(via)) transport.weather = transport.name === working ? 'works' : 'refuses';
    const { told } = subscribe({ backoff: { min: 100, max: 1000 } });
    await pass(500);
    server.publish('c', 'a', 'b');
    await pass(100);
    server.kill();
    await pass(3000);
    server.start();
    server.publish('c', 'x', 'y');
    await pass(3000);
    server.publish('c', 'z');
    await pass(100);
    expect(told.filter(line => !/^(open|close)/.test(line))).toEqual(['a', 'b', 'reset epoch', 'x', 'y', 'z']);
  });
}

test('a proxy that buffers streams is noticed, and long polling is used without trying the other streams', async () => {
  via.websocket.weather = 'refuses';
  via.sse.weather = via.streaming.weather = 'buffers';
  const { told } = subscribe({ openTimeout: 4000 });
  await pass(4500);
  expect(told).toEqual(['open longpolling']);
  expect(via.streaming.opens).toBe(0);
});

test('a held poll counts as open although nothing was said', async () => {
  const { told } = subscribe({ transports: [via.jsonp] }, { seq: 1, epoch: server.channel('c').epoch });
  via.jsonp.weather = 'mute';
  await pass(4000);
  expect(told).toEqual([]);
  await pass(2000);
  expect(told).toEqual(['open jsonp']);
});

test('when nothing works it is tried again from the best, after longer and longer pauses', async () => {
  server.up = false;
  subscribe({ backoff: { min: 1000, max: 8000 } });
  await pass(60000);
  const pauses = via.websocket.times.slice(1).map((time, i) => Math.round((time - via.websocket.times[i]) / 100) * 100);
  expect(pauses.slice(0, 6)).toEqual([900, 1600, 3100, 6100, 6100, 6100]);
});

test('what worked is tried again first when the server comes back', async () => {
  const { told } = subscribe();
  await pass(10000);
  server.kill();
  await pass(100);
  server.start();
  await pass(2000);
  expect(told).toEqual(['open websocket', 'close lost', 'open websocket', 'reset epoch']);
  expect(via.sse.opens).toBe(0);
});

test('what worked once and no longer does is left in the end', async () => {
  const { told } = subscribe();
  await pass(10000);
  via.websocket.weather = 'refuses';
  server.dropAll();
  await pass(10000);
  expect(told).toEqual(['open websocket', 'close lost', 'open sse']);
});

test('a transport whose connections never last is left for the next', async () => {
  const { told } = subscribe();
  for (let i = 0; i < 12; i++) {
    await pass(500);
    if (told[told.length - 1] === 'open websocket') server.dropAll();
  }
  await pass(10000);
  expect(told[told.length - 1]).toBe('open sse');
  expect(via.websocket.opens).toBe(3);
});

test('a second client at the same server starts with what worked', async () => {
  via.websocket.weather = 'refuses';
  subscribe();
  await pass(500);
  const opens = via.websocket.opens;
  const { told } = subscribe();
  await pass(500);
  expect(told).toEqual(['open sse']);
  expect(via.websocket.opens).toBe(opens);
});

test('a better transport is tried again beside the one that works, and taken over without loss or duplicates', async () => {
  via.websocket.weather = 'refuses';
  const { told } = subscribe({ climbAfter: 30000 });
  await pass(1000);
  via.websocket.weather = 'works';
  for (let i = 0; i < 40; i++) {
    server.publish('c', 'm' + i);
    await pass(1000);
  }
  expect(told.filter(line => line.startsWith('m'))).toEqual(Array.from({ length: 40 }, (_, i) => 'm' + i));
  expect(told.filter(line => !line.startsWith('m'))).toEqual(['open sse', 'open websocket']);
  expect(server.count('c')).toBe(1);
});

test('a better transport that still fails leaves the one that works alone, and is tried ever more seldom', async () => {
  via.websocket.weather = 'refuses';
  const { told } = subscribe({ climbAfter: 30000 });
  for (let i = 0; i < 30; i++) {
    await pass(10000);
    server.beat();
  }
  expect(told).toEqual(['open sse']);
  expect(via.websocket.opens).toBe(1 + 3); // at the start, then after 30, 60 and 120 seconds
});

test('a server that refuses a second connection does not cost the first', async () => {
  via.websocket.weather = 'refuses';
  const { told } = subscribe({ climbAfter: 10000 });
  await pass(1000);
  via.websocket.weather = 'works';
  server.refusal = '429';
  await pass(15000);
  server.publish('c', 'a');
  await pass(100);
  expect(told).toEqual(['open sse', 'a']);
});

test('silence longer than the heartbeat timeout is a lost connection', async () => {
  const { told } = subscribe({ heartbeatTimeout: 45000 });
  await pass(40000);
  server.beat();
  await pass(44000);
  expect(told).toEqual(['open websocket']);
  await pass(3000);
  expect(told).toEqual(['open websocket', 'close silent', 'open websocket']);
});

test('a heartbeat that shows newer messages brings them', async () => {
  const { told } = subscribe();
  await pass(100);
  server.lose('c', 2);
  server.beat();
  await pass(3000);
  expect(told).toEqual(['open websocket', 'close behind', 'open websocket', 'lost 1', 'lost 2']);
});

test('messages that were evicted meanwhile are told as a gap', async () => {
  server.keep = 3;
  const { told } = subscribe();
  await pass(100);
  server.publish('c', 'a');
  await pass(6000);
  server.dropAll();
  server.publish('c', 'b', 'c', 'd', 'e', 'f');
  await pass(3000);
  expect(told).toEqual(['open websocket', 'a', 'close lost', 'open websocket', 'gap 2-3 evicted', 'd', 'e', 'f']);
});

test('a jump without a notice is told as a gap of unknown reason', async () => {
  const { told } = subscribe();
  await pass(100);
  server.publish('c', 'a');
  server.lose('c');
  server.publish('c', 'b');
  await pass(100);
  expect(told).toEqual(['open websocket', 'a', 'gap 2-2 unknown', 'b']);
});

test('a subscription that heard nothing yet resumes with nothing lost', async () => {
  const { told } = subscribe();
  await pass(6000);
  server.dropAll();
  server.publish('c', 'a');
  await pass(3000);
  expect(told).toEqual(['open websocket', 'close lost', 'open websocket', 'a']);
});

test('a position is carried from one transport to another', async () => {
  const { told } = subscribe();
  await pass(6000);
  server.publish('c', 'a');
  await pass(100);
  via.websocket.weather = via.sse.weather = via.streaming.weather = 'refuses';
  server.dropAll();
  server.publish('c', 'b');
  await pass(20000);
  server.publish('c', 'c');
  await pass(100);
  expect(told).toEqual(['open websocket', 'a', 'close lost', 'open longpolling', 'b', 'c']);
});

test('a position outlives the page in the store, and the next page goes on from it', async () => {
  const storage = new MemoryStore();
  const first = subscribe({ storage });
  await pass(100);
  server.publish('c', 'a', 'b');
  await pass(100);
  first.client.close();
  server.publish('c', 'c');
  const second = subscribe({ storage });
  await pass(100);
  expect(second.told).toEqual(['open websocket', 'c']);
  expect(second.subscription.position).toEqual({ epoch: '1000', seq: 4 });
});

test('a position that is given counts more than one that is stored', async () => {
  const storage = new MemoryStore();
  storage.setItem(`halley:at:${url}:c`, '1000:9');
  server.publish('c', 'a', 'b');
  const { told } = subscribe({ storage }, { seq: 2, epoch: server.channel('c').epoch });
  await pass(100);
  expect(told).toEqual(['open websocket', 'b']);
});

test('a stored text that is no position is as none', async () => {
  const storage = new MemoryStore();
  storage.setItem(`halley:at:${url}:c`, '{"x":1}');
  server.publish('c', 'a');
  const { told } = subscribe({ storage });
  await pass(100);
  server.publish('c', 'b');
  await pass(100);
  expect(told).toEqual(['open websocket', 'b']);
});

test('a position ahead of the server is a reset', async () => {
  server.publish('c', 'a');
  const { told } = subscribe({}, { seq: 99, epoch: server.channel('c').epoch });
  await pass(100);
  expect(told).toEqual(['open websocket', 'reset ahead', 'a']);
});

test('an original server is followed by its numbers, and resumed', async () => {
  server.old = true;
  via.websocket.weather = 'refuses';
  const { told } = subscribe();
  await pass(6000);
  server.publish('c', 'a');
  await pass(6000);
  server.dropAll();
  server.publish('c', 'b', 'c');
  await pass(3000);
  server.dropAll();
  await pass(3000);
  server.publish('c', 'd');
  await pass(100);
  expect(told.filter(line => !/^(open|close)/.test(line))).toEqual(['a', 'b', 'c', 'd']);
  expect(told[0]).toBe('open sse');
});

test('an original server that resumes exactly says nothing, and counts as open all the same', async () => {
  server.old = true;
  server.publish('c', 'a');
  const { told } = subscribe({ openTimeout: 4000 }, { seq: 2 });
  await pass(20000);
  expect(told).toEqual(['open websocket']);
});

test('an original server is polled: a number, what was missed, what comes', async () => {
  server.old = true;
  const { told } = subscribe({ transports: [via.longpolling] });
  await pass(100);
  server.publish('c', 'a', 'b', 'c');
  await pass(1000);
  server.beat();
  await pass(100);
  server.publish('c', 'd');
  await pass(100);
  expect(told).toEqual(['open longpolling', 'a', 'b', 'c', 'd']);
});

test('a channel that is closed ends its subscription', async () => {
  const { told } = subscribe();
  await pass(100);
  server.publish('c', 'a');
  server.closeChannel('c');
  await pass(60000);
  expect(told).toEqual(['open websocket', 'a', 'close closed for good']);
});

test('by option a closed channel is opened again', async () => {
  const { told } = subscribe({ reopen: true });
  await pass(100);
  server.publish('c', 'a');
  await pass(100);
  server.closeChannel('c');
  await pass(2000);
  server.publish('c', 'b');
  await pass(100);
  expect(told).toEqual(['open websocket', 'a', 'close closed', 'open websocket', 'reset epoch', 'b']);
});

test('a refused token ends the subscription', async () => {
  server.token = 'good';
  const { told } = subscribe({}, { token: 'bad' });
  await pass(60000);
  expect(told).toEqual(['close unauthorized for good']);
});

test('what the server says of a refusal is told', async () => {
  server.token = 'good';
  const { subscription } = subscribe({}, { token: 'bad' });
  const said: string[] = [];
  subscription.on('close', ({ content }) => said.push(content));
  await pass(60000);
  expect(said).toEqual(['refused']);
});

test('a token is sent in the parameter that the server reads its kind in', async () => {
  subscribe({}, { token: '0123abcd' });
  subscribe({}, { token: 'eyJh.eyJz.c2ln' });
  subscribe({ tokenName: 'jwt' }, { token: 'eyJh.eyJz.c2ln' });
  await pass(100);
  const tokens = server.asked.map(({ token, access_token, jwt }) => ({ token, access_token, jwt }));
  expect(tokens.slice(0, 3)).toEqual([
    { token: '0123abcd' },
    { access_token: 'eyJh.eyJz.c2ln' },
    { jwt: 'eyJh.eyJz.c2ln' },
  ]);
});

test('a function is asked for a token, and again when that one is refused', async () => {
  server.token = 'first';
  let calls = 0;
  const { told } = subscribe({}, { token: () => Promise.resolve(server.token + (calls++ ? '' : '')) });
  await pass(6000);
  server.token = 'second';
  server.dropAll();
  await pass(6000);
  expect(calls).toBe(2);
  expect(told).toEqual(['open websocket', 'close lost', 'close unauthorized', 'open websocket']);
});

test('a function that fails to get a token is asked again later', async () => {
  let calls = 0;
  server.token = 'good';
  const { told } = subscribe(
    {},
    {
      token: () => {
        if (calls++ < 2) throw new Error('no network');
        return 'good';
      },
    },
  );
  await pass(6000);
  expect([calls, told]).toEqual([3, ['open websocket']]);
});

test('a function that gives nothing is not asked without end', async () => {
  let calls = 0;
  server.token = 'good';
  subscribe(
    {},
    {
      token: () => {
        calls++;
        return Promise.resolve(undefined as unknown as string);
      },
    },
  );
  await pass(3000);
  expect(calls).toBeGreaterThan(1);
  expect(calls).toBeLessThan(5);
});

test('a server that has too many is asked again later, and not elsewhere', async () => {
  server.refusal = '429';
  const { told } = subscribe();
  await pass(1000);
  server.refusal = '';
  await pass(3000);
  expect(told[0]).toBe('close busy');
  expect(told[told.length - 1]).toBe('open websocket');
  expect(via.sse.opens).toBe(0);
});

test('who closes hears nothing more, and the server is rid of it', async () => {
  const { told, subscription } = subscribe();
  await pass(100);
  subscription.close();
  server.publish('c', 'a');
  await pass(60000);
  expect(told).toEqual(['open websocket', 'close stopped for good']);
  expect(server.count('c')).toBe(0);
});

test('a handler that closes in the middle of a batch gets no more of it', async () => {
  server.publish('c', 'a', 'b', 'c');
  const { told, subscription } = subscribe(
    { transports: [via.longpolling] },
    { seq: 1, epoch: server.channel('c').epoch },
  );
  subscription.on('message', () => subscription.close());
  await pass(1000);
  expect(told).toEqual(['open longpolling', 'a', 'close stopped for good']);
});

test('a handler that throws is reported, and disturbs neither the others nor what follows', async () => {
  const { told, subscription } = subscribe();
  const thrown: unknown[] = [];
  const realSetTimeout = globalThis.setTimeout;
  vi.stubGlobal('setTimeout', (action: () => void, delay: number) =>
    realSetTimeout(() => {
      try {
        action();
      } catch (error) {
        thrown.push(error);
      }
    }, delay),
  );
  subscription.on('message', () => {
    throw new Error('mine');
  });
  const after: string[] = [];
  subscription.on('message', event => after.push(event.content));
  await pass(100);
  server.publish('c', 'a', 'b');
  await pass(100);
  expect(told.slice(1)).toEqual(['a', 'b']);
  expect(after).toEqual(['a', 'b']);
  expect(thrown).toHaveLength(2);
});

test('a handler that was taken off is not called', async () => {
  const { subscription } = subscribe();
  const heard: string[] = [];
  const off = subscription.on('message', event => heard.push(event.content));
  await pass(100);
  server.publish('c', 'a');
  await pass(100);
  off();
  server.publish('c', 'b');
  await pass(100);
  expect(heard).toEqual(['a']);
});

test('several channels of one client are independent', async () => {
  const { client, told } = subscribe();
  const other = diary(client.subscribe('d'));
  await pass(100);
  server.publish('c', 'a');
  server.publish('d', 'b');
  server.closeChannel('d');
  await pass(100);
  server.publish('c', 'c');
  await pass(100);
  expect([told, other]).toEqual([
    ['open websocket', 'a', 'c'],
    ['open websocket', 'b', 'close closed for good'],
  ]);
});

test('position, channel, token and the clients own parameters are sent', async () => {
  server.token = 't&k';
  subscribe({ params: { user: 'ä' }, url: url + '?app=1' }, { token: 't&k' });
  await pass(100);
  expect(server.asked).toEqual([{ app: '1', cname: 'c', seq: '0', epoch: '', token: 't&k', user: 'ä' }]);
});

test('bad options are refused with a sentence', () => {
  expect(() => new HalleyClient({} as HalleyOptions)).toThrow('it needs the address of the server');
  expect(() => new HalleyClient({ url, transports: ['carrier pigeon'] })).toThrow(
    '"carrier pigeon" is none of websocket, sse, streaming, longpolling, jsonp',
  );
  expect(() => new HalleyClient({ url, transports: ['jsonp'] })).toThrow('this browser has none of those asked for');
  const client = new HalleyClient({ url });
  expect(() => client.subscribe(undefined as unknown as string)).toThrow('subscribe needs the name of a channel');
  client.close();
  expect(() => client.subscribe('news')).toThrow('it was closed');
});
