import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Centrifuge } from 'centrifuge';
import { Centrifuge as BinaryCentrifuge } from 'centrifuge/build/protobuf';
import WebSocket from 'ws';
import { toData, transports } from './clients';
import { follow } from './follower';
import { Halley, until } from './halley';

let server: Halley;

beforeAll(async () => {
  server = await Halley.start();
});
afterAll(() => server.dispose());

/** A message that is long, and differs from the one before it in a number. */
const state = (count: number) => ({ count, unchanged: Array.from({ length: 100 }, (_, i) => `field ${i}`) });

describe.each(transports)('over %s', (name, make) => {
  it('messages come as differences, also after the client was away', async () => {
    const channel = `differences:${name}`;
    const { client, sub, heard, told } = await follow(make(server), channel, { delta: 'fossil' });
    for (let count = 1; count <= 3; count++) {
      await sub.publish(toData(client, state(count)));
    }
    await until('three are heard', () => heard.length === 3);
    expect(sub.deltaStats()).toMatchObject({ numPublications: 3, numFullPayloads: 1, numDeltaPayloads: 2 });
    expect(sub.deltaStats().compressionRatio).toBeGreaterThan(0.5);

    client.disconnect();
    await server.publish({ channel, data: state(4) });
    client.connect();
    await sub.ready(20_000);
    await server.publish({ channel, data: state(5) });
    await until('all are heard', () => heard.length === 5);
    expect(heard).toEqual([1, 2, 3, 4, 5].map(state));
    expect(told).toEqual([{ recovered: true, data: undefined }]);
    client.disconnect();
  });

  it('a filter chooses messages by their tags, among those that were missed, too', async () => {
    const channel = `filtered:${name}`;
    const { client, sub, heard, told } = await follow(make(server), channel, {
      tagsFilter: {
        op: 'and',
        nodes: [
          { key: 'sport', cmp: 'in', vals: ['chess', 'go'] },
          { op: 'not', nodes: [{ key: 'league', cmp: 'eq', val: 'second' }] },
        ],
      },
    });
    const tags: unknown[] = [];
    sub.on('publication', ctx => tags.push(ctx.tags));
    const publish = async (first: number) => {
      await server.publish({ channel, data: first, tags: { sport: 'tennis' } });
      await server.publish({ channel, data: first + 1 });
      await server.publish({ channel, data: first + 2, tags: { sport: 'chess', league: 'second' } });
      await server.publish({ channel, data: first + 3, tags: { sport: 'go', league: 'first' } });
    };
    await publish(0);
    await until('the first is heard', () => heard.length === 1);

    client.disconnect();
    await publish(10);
    client.connect();
    await sub.ready(20_000);
    await publish(20);
    await until('the last is heard', () => heard.length === 3);
    expect(heard).toEqual([3, 13, 23]);
    expect(tags).toEqual(Array(3).fill({ sport: 'go', league: 'first' }));
    expect(told).toEqual([{ recovered: true, data: undefined }]);
    client.disconnect();
  });
});

describe('bytes that are no JSON', () => {
  const webSocket = () => server.webSocket('/connection/websocket');

  it('reach clients of both forms, from the stream and from its past', async () => {
    const [binary, other] = [
      new BinaryCentrifuge(webSocket(), { websocket: WebSocket }),
      new Centrifuge(webSocket(), { websocket: WebSocket }),
    ];
    const heard = [binary, other].map(client => {
      const sub = client.newSubscription('bytes', { recoverable: true });
      const data: unknown[] = [];
      sub.on('publication', ctx => data.push(ctx.data));
      sub.subscribe();
      client.connect();
      return { sub, data };
    });
    await Promise.all(heard.map(({ sub }) => sub.ready(20_000)));

    const bytes = new Uint8Array([...new TextEncoder().encode('no JSON: '), 0, 0xff]);
    await binary.publish('bytes', bytes);
    await until('both have heard it', () => heard.every(({ data }) => data.length === 1));
    const expected = [Array.from(bytes), 'no JSON: \0\ufffd'];
    const plain = (data: unknown) => (ArrayBuffer.isView(data) ? Array.from(data as Uint8Array) : data);
    expect(heard.map(({ data }) => plain(data[0]))).toEqual(expected);
    for (const [i, { sub }] of heard.entries()) {
      expect(plain((await sub.history({ limit: 1 })).publications[0].data)).toEqual(expected[i]);
    }
    [binary, other].forEach(client => client.disconnect());
  });
});
