import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Backend } from './backend';
import { fromData, inSeconds, toData, transports } from './clients';
import { follow } from './follower';
import { Halley, until } from './halley';

let backend: Backend;
let server: Halley;

beforeAll(async () => {
  backend = await Backend.start({
    connect: ({ data }) =>
      data.name === 'mallory'
        ? { disconnect: { code: 4501, reason: 'go away' } }
        : {
            result: {
              user: data.name,
              info: { shown: data.name.toUpperCase() },
              data: { welcome: data.name },
              channels: [`own:${data.name}`],
              expire_at: data.seconds ? inSeconds(data.seconds) : 0,
            },
          },
    refresh: ({ user }) => ({ result: user === 'brief' ? { expired: true } : { expire_at: inSeconds(3600) } }),
    subscribe: ({ channel }) =>
      channel === '/rooms/1'
        ? { result: { data: { title: 'Room one' }, expire_at: inSeconds(2) } }
        : { error: { code: 404, message: 'no such room' } },
    sub_refresh: () => ({ result: { expire_at: inSeconds(3600) } }),
    publish: ({ user, data }) =>
      data.text === 'rude'
        ? { error: { code: 422, message: 'not like this' } }
        : { result: { data: { by: user, text: data.text } } },
    tea: ({ channel, method }) =>
      channel === 'tea:cold' ? { error: { code: 404, message: 'no such tea' } } : { result: { data: { tea: method } } },
    rpc: ({ method, data, user }) => ({ result: { data: { method, data, user } } }),
  });
  const named = () => ({
    proxies: [{ name: 'tea', url: backend.url('tea'), timeout: '10s', rpc_prefixes: ['tea:'] }],
    namespaces: [{ prefix: 'tea:', subscribe: 'nobody', subscribe_proxy: 'tea', publish_proxy: 'tea' }],
  });
  server = await Halley.start(named, {
    proxy_connect: backend.url('connect'),
    proxy_refresh: backend.url('refresh'),
    proxy_subscribe: backend.url('subscribe'),
    proxy_subscribe_channels: ['/rooms/*'],
    proxy_sub_refresh: backend.url('sub_refresh'),
    proxy_publish: backend.url('publish'),
    proxy_publish_channels: ['/rooms/*'],
    proxy_rpc: backend.url('rpc'),
    proxy_timeout: '10s',
  });
});
afterAll(async () => {
  await server?.dispose();
  backend?.dispose();
});

describe.each(transports)('over %s, the server is asked', (name, make) => {
  const come = (value: object) => {
    const client = make(server);
    client.setData(toData(client, value) as object);
    return client;
  };

  it('who a client is, what it may hear and say, and what it wants to know', async () => {
    const client = come({ name: 'anna' });
    const connected = new Promise<any>(resolve => client.once('connected', resolve));
    const served: string[] = [];
    client.on('publication', ctx => served.push(ctx.channel));
    const refused = client.newSubscription('/rooms/none');
    const ended = new Promise<any>(resolve => refused.once('unsubscribed', resolve));
    refused.subscribe();
    const { sub, heard, given } = await follow(client, '/rooms/1');
    expect(fromData((await connected).data)).toEqual({ welcome: 'anna' });
    expect(given).toEqual({ title: 'Room one' });
    expect(await ended).toMatchObject({ code: 404, reason: 'no such room' });

    await sub.publish(toData(client, { text: 'hello' }));
    await until('it is heard', () => heard.length === 1);
    expect(heard).toEqual([{ by: 'anna', text: 'hello' }]);
    await expect(sub.publish(toData(client, { text: 'rude' }))).rejects.toMatchObject({ code: 422 });
    const [said] = (await sub.history({ limit: 1, reverse: true })).publications;
    expect(said.info).toMatchObject({ user: 'anna' });
    expect(fromData(said.info!.connInfo)).toEqual({ shown: 'ANNA' });

    const answer = await client.rpc('time', toData(client, { zone: 'UTC' }));
    expect(fromData(answer.data)).toEqual({ method: 'time', data: { zone: 'UTC' }, user: 'anna' });

    await server.push('own:anna', '1');
    await until('what it was given is heard', () => served.length === 1);
    expect(served).toEqual(['own:anna']);
    client.disconnect();
  });

  it('and another one where its name stands', async () => {
    const client = come({ name: 'anna' });
    const refused = client.newSubscription('tea:cold');
    const ended = new Promise<any>(resolve => refused.once('unsubscribed', resolve));
    refused.subscribe();
    const { sub, heard } = await follow(client, 'tea:green');
    expect(await ended).toMatchObject({ code: 404, reason: 'no such tea' });

    await sub.publish(toData(client, { text: 'hot' }));
    await until('it is heard', () => heard.length === 1);
    const answer = await client.rpc('tea:pour', toData(client, {}));
    expect(fromData(answer.data)).toEqual({ tea: 'tea:pour' });
    client.disconnect();
  });

  it('and may send it away', async () => {
    const client = come({ name: 'mallory' });
    const ended = new Promise(resolve => client.once('disconnected', resolve));
    client.connect();
    expect(await ended).toMatchObject({ code: 4501, reason: 'go away' });
  });

  it('how long one may stay', async () => {
    const [stays, goes] = [`stays ${name}`, 'brief'].map(who => come({ name: who, seconds: 1 }));
    const ended = new Promise<void>(resolve => goes.on('connecting', ctx => ctx.code === 3005 && resolve()));
    goes.connect();
    const { sub } = await follow(stays, '/rooms/1');
    const ofStaying = (path: string) => (backend.asked[path] ?? []).filter(asked => asked.user === `stays ${name}`);
    await until('it is asked', () => ofStaying('refresh').length === 1 && ofStaying('sub_refresh').length === 1);
    await ended;
    expect([stays.state, sub.state]).toEqual(['connected', 'subscribed']);
    [stays, goes].forEach(client => client.disconnect());
  });
});
