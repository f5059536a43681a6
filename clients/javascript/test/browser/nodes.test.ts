import { afterAll, describe, expect, test } from 'vitest';
import { browsers } from './browsers';
import { Flow } from './flow';
import type { Told } from './ledger';
import { Nodes } from './nodes';
import { Site } from './site';
import { Stage } from './stage';

interface ToldBy extends Told {
  by: string;
}

const Transports = ['websocket', 'sse', 'streaming', 'longpolling', 'jsonp'];
const Paths = ['ws', 'sse', 'stream', 'poll'];

describe.each(browsers)('three nodes in %s', name => {
  let redirecting: Nodes;
  let proxying: Nodes;
  let channels = 0;
  const stage = new Stage<ToldBy>(name, async () => {
    [redirecting, proxying] = await Promise.all([Nodes.create('redirect'), Nodes.create('proxy')]);
    return redirecting.asked;
  });
  afterAll(() => Promise.all([redirecting?.dispose(), proxying?.dispose()]));

  const open = (url: string, channel: string) => stage.open('nodes.html', { channel, transports: Transports, options: { url, backoff: { min: 100, max: 500 } } });
  /** Waits until each transport was told what is looked for. */
  const each = (what: string, found: (event: ToldBy) => boolean) =>
    stage.until(`${what} by each transport`, told => Transports.every(by => told.some(event => event.by === by && found(event))));
  const opened = () => each('open', event => event.event === 'open');
  const heard = (content: string) => each(`"${content}"`, event => event.content === content);

  test('who asks another node than the one that has the channel hears everything, from its own site or another', async () => {
    for (const url of [`http://localhost:${redirecting.asked.front}/`, '/']) {
      await stage.open('about.html', {});
      const channel = redirecting.channel(channels++);
      const flow = new Flow(redirecting.asked, channel);
      await open(url, channel);
      await opened();
      await flow.publish(20);
      const told = await heard(flow.last);
      for (const by of Transports) flow.check(told.filter(event => event.by === by));
    }
  });

  test.each(['redirect', 'proxy'] as const)('%s: the node that has the channel is killed and comes back while messages flow: nothing is lost untold, by any transport', async misdirected => {
    const nodes = misdirected === 'redirect' ? redirecting : proxying;
    // The page comes from one site, asks a second one, and is sent to a third.
    const front = await Site.create(nodes.asked.front, nodes.asked.admin);
    try {
      const channel = nodes.channel(channels++);
      const flow = new Flow(nodes.asked, channel);
      await open(`${front.address}/`, channel);
      await opened();
      await flow.publish(20);
      await heard(flow.last);
      front.asked.length = 0;
      await flow.during(async () => {
        await nodes.owner.kill();
        flow.moved();
        await each('a reset', event => event.event === 'reset');
      });
      await heard(flow.last);
      expect(front.asked, 'who lost the node it was sent to asks again where the page said').toEqual(expect.arrayContaining(Paths));
      await flow.during(async () => {
        await nodes.owner.start();
        await nodes.allServe();
        flow.moved();
      });
      const told = await heard(flow.last);
      for (const by of Transports) flow.check(told.filter(event => event.by === by));
    } finally {
      front.dispose();
    }
  });
});
