import { spawn, type ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../javascript/test/browser/halley';
import { transports } from './clients';
import { follow } from './follower';
import { Halley, until } from './halley';

const servers: Halley[] = [];
const processes: ChildProcess[] = [];

async function start(more?: (folder: string) => object): Promise<Halley> {
  const server = await Halley.start(more);
  servers.push(server);
  return server;
}

async function startRedis(): Promise<string> {
  const port = await freePort();
  processes.push(
    spawn('redis-server', ['--port', `${port}`, '--save', '', '--bind', '127.0.0.1'], { stdio: 'ignore' }),
  );
  return `redis://127.0.0.1:${port}`;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.dispose()));
  processes.splice(0).forEach(process => process.kill());
});

describe.each(transports)('over %s', (_, make) => {
  it('nothing is lost where the server keeps its messages and is killed', async () => {
    const server = await start(folder => ({ storage: { path: `${folder}/data` } }));
    const { client, heard, told } = await follow(make(server), 'news');
    await server.push('news', '1');
    await until('the first is heard', () => heard.length === 1);

    await server.kill();
    await server.run();
    await server.push('news', '2');
    await until('the second is heard', () => heard.length === 2);
    expect(heard).toEqual([1, 2]);
    expect(told).toEqual([{ recovered: true, data: undefined }]);
    client.disconnect();
  });

  it('what is lost is told where it does not', async () => {
    const server = await start();
    const { client, heard, told } = await follow(make(server), 'news');
    await server.push('news', '1');
    await until('the first is heard', () => heard.length === 1);

    await server.kill();
    await server.run();
    await until('it is told', () => told.length === 1);
    expect(told).toEqual([{ recovered: false, data: { missing: [{ reason: 'epoch' }] } }]);
    client.disconnect();
  });

  it("workers share their sessions' channels and commands", async () => {
    const server = await start(() => ({ engine: { workers: 2 } }));
    const followers = await Promise.all(Array.from({ length: 4 }, () => follow(make(server), 'who:all')));
    await server.push('who:all', '1');
    await until('all have heard it', () => followers.every(({ heard }) => heard.length === 1));
    expect((await followers[0].sub.presenceStats()).numClients).toBe(4);
    followers.forEach(({ client }) => client.disconnect());
  });

  it('two servers over Redis are one, and one of them may die', async () => {
    const url = await startRedis();
    const [first, second] = [await start(() => ({ redis: { url } })), await start(() => ({ redis: { url } }))];
    const followers = await Promise.all(
      [make(first, {}, second), make(second)].map(client => follow(client, 'who:both')),
    );
    await second.push('who:both', '1');
    await until('both have heard it', () => followers.every(({ heard }) => heard.length === 1));
    expect((await followers[0].sub.presenceStats()).numClients).toBe(2);

    await first.kill();
    await second.push('who:both', '2');
    await first.run();
    await until('both have heard the other', () => followers.every(({ heard }) => heard.length === 2));
    expect(followers.map(({ heard }) => heard)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(followers[0].told).toEqual([{ recovered: true, data: undefined }]);
    followers.forEach(({ client }) => client.disconnect());
  });
});
