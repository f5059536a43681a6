import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Centrifuge, UnauthorizedError } from 'centrifuge';
import WebSocket from 'ws';
import { fromData, inSeconds, toData, token, transports } from './clients';
import { Halley, until } from './halley';

let server: Halley;

beforeAll(async () => {
  server = await Halley.start();
});
afterAll(() => server.dispose());

describe.each(transports)('over %s', (name, make) => {
  it('publishes and hears, reads the past and sees who is there', async () => {
    const client = make(server);
    const sub = client.newSubscription(`who:${name}`, { recoverable: true, joinLeave: true });
    const heard: unknown[] = [];
    const joined: string[] = [];
    sub.on('publication', ctx => heard.push([ctx.offset, fromData(ctx.data)]));
    sub.on('join', ctx => joined.push(ctx.info.client));
    sub.subscribe();
    client.connect();
    await sub.ready(20_000);

    await sub.publish(toData(client, { a: 1 }));
    await server.push(`who:${name}`, '{"b":2}');
    await until('both are heard', () => heard.length === 2);
    expect(heard).toEqual([
      [1, { a: 1 }],
      [2, { b: 2 }],
    ]);

    const history = await sub.history({ limit: 10 });
    expect(history.publications.map(publication => fromData(publication.data))).toEqual([{ a: 1 }, { b: 2 }]);
    expect(history.publications[0].info!.client).toHaveLength(22);
    expect(await sub.presenceStats()).toEqual({ numClients: 1, numUsers: 1 });
    const [own] = Object.keys((await sub.presence()).clients);
    await until('the coming is told', () => joined.length === 1);
    expect(joined).toEqual([own]);

    await expect(client.rpc('none', toData(client, {}))).rejects.toMatchObject({ code: 108 });
    sub.unsubscribe();
    await server.push(`who:${name}`, '3');
    await client.publish(`other:${name}`, toData(client, 1));
    expect(heard).toHaveLength(2);
    client.disconnect();
  });

  it('is subscribed, unsubscribed and sent away by the application', async () => {
    const client = make(server);
    const told: unknown[] = [];
    client.on('subscribed', ctx => told.push(['subscribed', ctx.channel, fromData(ctx.data)]));
    client.on('publication', ctx => told.push(['publication', ctx.channel, fromData(ctx.data)]));
    client.on('unsubscribed', ctx => told.push(['unsubscribed', ctx.channel]));
    client.on('disconnected', ctx => told.push(['disconnected', ctx.code, ctx.reason]));
    const connected = new Promise<string>(resolve => client.on('connected', ctx => resolve(ctx.client)));
    client.connect();
    const who = { client: await connected };

    expect(await server.ask('subscribe', { ...who, channel: 'paid', data: { a: 1 } })).toEqual({ subscribed: 1 });
    await server.publish({ channel: 'paid', data: { b: 2 } });
    expect(await server.ask('refresh', { ...who, expire_at: Math.floor(Date.now() / 1000) + 3600 })).toEqual({
      refreshed: 1,
    });
    expect(await server.ask('unsubscribe', { ...who, channel: 'paid' })).toEqual({ unsubscribed: 1 });
    const disconnect = { code: 4500, reason: 'bye' };
    expect(await server.ask('disconnect', { ...who, disconnect })).toEqual({ disconnected: 1 });
    await until('it is sent away', () => told.length === 4);
    expect(told).toEqual([
      ['subscribed', 'paid', { a: 1 }],
      ['publication', 'paid', { b: 2 }],
      ['unsubscribed', 'paid'],
      ['disconnected', 4500, 'bye'],
    ]);
  });

  it('subscribes to many channels in one frame, and to no more than it may', async () => {
    const client = make(server);
    const subs = Array.from({ length: 130 }, (_, i) => client.newSubscription(`many:${name}:${i}`));
    const refused: number[] = [];
    for (const sub of subs) {
      sub.on('unsubscribed', ctx => refused.push(ctx.code));
      sub.subscribe();
    }
    client.connect();
    await until(
      'all are answered',
      () => refused.length + subs.filter(sub => sub.state === 'subscribed').length === 130,
    );
    expect(refused).toEqual([106, 106]);
    client.disconnect();
  });
});

describe('tokens', () => {
  const connect = (options: object) =>
    new Centrifuge(server.webSocket('/jwt/connection/websocket'), { websocket: WebSocket, ...options });

  it('are refreshed before they expire', async () => {
    let asked = 0;
    const client = connect({
      token: token({ sub: 'anna', exp: inSeconds(2) }),
      getToken: async () => {
        asked++;
        return token({ sub: 'anna', exp: inSeconds(3600) });
      },
    });
    client.connect();
    await until('another is asked for', () => asked === 1);
    await client.ready(5_000);
    expect(client.state).toBe('connected');
    client.disconnect();
  });

  it('that are wrong let nobody in', async () => {
    const client = connect({ token: 'wrong' });
    const ended = new Promise(resolve => client.on('disconnected', resolve));
    client.connect();
    expect(await ended).toMatchObject({ code: 3500, reason: 'invalid token' });
  });

  it('that have expired are replaced', async () => {
    const client = connect({
      token: token({ sub: 'anna', exp: inSeconds(-10) }),
      getToken: async () => token({ sub: 'anna', exp: inSeconds(3600) }),
    });
    client.connect();
    await client.ready(20_000);
    client.disconnect();
  });

  it('give subscriptions, from the beginning and one by one', async () => {
    const client = connect({
      token: token({ sub: 'anna', exp: inSeconds(3600), channels: ['own:anna'], info: { name: 'Anna' } }),
    });
    const served: unknown[] = [];
    client.on('publication', ctx => served.push([ctx.channel, ctx.data]));
    const refused = client.newSubscription('secret');
    const allowed = client.newSubscription('$secret', {
      getToken: async ctx => token({ sub: 'anna', exp: inSeconds(3600), channel: ctx.channel }),
    });
    const never = client.newSubscription('$never', {
      getToken: async () => {
        throw new UnauthorizedError('');
      },
    });
    for (const sub of [refused, allowed, never]) {
      sub.subscribe();
    }
    client.connect();
    await allowed.ready(20_000);
    await until('the others are refused', () => refused.state === 'unsubscribed' && never.state === 'unsubscribed');
    await server.push('own:anna', '1');
    await until('it is heard', () => served.length === 1);
    expect(served).toEqual([['own:anna', 1]]);
    client.disconnect();
  });
});
