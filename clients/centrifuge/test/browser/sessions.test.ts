import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { browsers, launch } from '../../../javascript/test/browser/browsers';
import { Halley } from '../halley';
import { Site } from './site';
import { Tab } from './tab';

/** The SDK's transports, and the page that has it in that form of the protocol. */
const Transports = [
  ['websocket', 'session'],
  ['websocket', 'protobuf'],
  ['http_stream', 'session'],
  ['http_stream', 'protobuf'],
  ['sse', 'session'],
];

describe.each(browsers)('%s', name => {
  let browser: Awaited<ReturnType<typeof launch>>;
  let server: Halley;
  let site: Site;
  const tabs: Tab[] = [];

  beforeAll(async () => {
    [browser, server, site] = await Promise.all([
      launch(name),
      Halley.start(folder => ({ storage: { path: `${folder}/data` } })),
      Site.create(),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.dispose();
    site?.dispose();
  });
  afterEach(() => Promise.all(tabs.splice(0).map(tab => tab.close())));

  describe.each(Transports)('over %s, %s', (transport, page) => {
    async function open(channel: string): Promise<Tab> {
      const task = { transport, channel: `who:${page}:${transport}:${channel}`, address: server.http('') };
      const tab = await Tab.open(browser, `${site.address}/${page}.html`, task);
      tabs.push(tab);
      return tab;
    }

    it('two tabs hear each other, read the past and see each other come and go', async () => {
      const [first, second] = [await open('talk'), await open('talk')];
      const [{ client: own, transport: used }] = await first.told('connected');
      const [{ client: other }] = await second.told('connected');
      expect(used).toBe(transport);

      await first.ask('sub.publish(toData({ text: "hello" }))');
      await Promise.all([first.untilHeard(1), second.untilHeard(1)]);
      await second.ask('sub.publish(toData({ text: "hello yourself" }))');
      await Promise.all([first.untilHeard(2), second.untilHeard(2)]);
      const said = [{ text: 'hello' }, { text: 'hello yourself' }];
      expect([await first.heard(), await second.heard()]).toEqual([said, said]);
      const past = 'sub.history({ limit: 9 }).then(past => past.publications.map(one => fromData(one.data)))';
      expect(await first.ask(past)).toEqual(said);
      const clients = await first.ask<string[]>('sub.presence().then(who => Object.keys(who.clients))');
      expect(clients.sort()).toEqual([own, other].sort());

      await first.until('the other comes', told => told.some(one => one.event === 'join' && one.client === other));
      await tabs.pop()!.close();
      await first.until('the other goes', told => told.some(one => one.event === 'leave' && one.client === other));
      expect(await first.ask('sub.presenceStats()')).toEqual({ numClients: 1, numUsers: 1 });
    });

    it('nothing is lost in two tabs when the server is killed and started again', async () => {
      const both = [await open('restart'), await open('restart')];
      await both[0].ask('sub.publish(toData(1))');
      await Promise.all(both.map(tab => tab.untilHeard(1)));

      await server.kill();
      await server.run();
      await server.publish({ channel: `who:${page}:${transport}:restart`, data: 2 });
      await Promise.all(both.map(tab => tab.untilHeard(2)));
      await both[0].ask('sub.publish(toData(3))');
      await Promise.all(both.map(tab => tab.untilHeard(3)));
      for (const tab of both) {
        expect(await tab.told('publication')).toMatchObject([1, 2, 3].map(n => ({ offset: n, data: n })));
        const [, again] = await tab.told('subscribed');
        expect(again).toMatchObject({ wasRecovering: true, recovered: true });
        expect(again.data ?? undefined).toBeUndefined();
      }
    });
  });
});
