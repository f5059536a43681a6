import { describe, expect, test } from 'vitest';
import { browsers } from './browsers';
import { Halley } from './halley';
import { Ledger, type Told } from './ledger';
import { Site } from './site';
import { Stage } from './stage';

const Transports = ['websocket', 'sse', 'streaming', 'longpolling', 'jsonp'];
const Paths: Record<string, string> = {
  websocket: 'ws',
  sse: 'sse',
  streaming: 'stream',
  longpolling: 'poll',
  jsonp: 'poll',
};

describe.each(browsers)('%s', name => {
  const stage = new Stage<Told>(name, () => Halley.create());
  const settings = (options: object) => ({
    channel: stage.channel,
    options: { url: '/', backoff: { min: 100, max: 500 }, ...options },
  });
  const open = (options: object, file = 'client.html') => stage.open(file, settings(options));
  const opened = (transport?: string) =>
    stage.until('open', events =>
      events.some(event => event.event === 'open' && (!transport || event.transport === transport)),
    );

  for (const transport of Transports) {
    test(`${transport}: nothing is lost and nothing comes twice, or it is told, when the server is killed and started again`, async () => {
      const ledger = new Ledger(stage.halley, stage.channel);
      await open({ transports: [transport] });
      await opened(transport);
      await ledger.publish(30, 2);
      await stage.heard(ledger.last);
      const flowing = ledger.publish(10_000, 2).catch(() => {});
      await new Promise(resolve => setTimeout(resolve, 200));
      await ledger.restart(400);
      await flowing;
      const opens = (await stage.told()).filter(event => event.event === 'open').length;
      await ledger.publish(20);
      await stage.until(
        'open again',
        events =>
          events.filter(event => event.event === 'open').length > opens ||
          events.some(event => event.event === 'reset'),
      );
      await ledger.publish(30, 2);
      ledger.check(await stage.heard(ledger.last));
    });

    test(`${transport}: nothing is lost and nothing comes twice when the connection is cut again and again`, async () => {
      const ledger = new Ledger(stage.halley, stage.channel);
      await open({ transports: [transport] });
      await opened(transport);
      for (let i = 0; i < 5; i++) {
        await ledger.publish(20, 3);
        stage.site.cut();
        await ledger.publish(10, 3);
      }
      const events = await stage.heard(ledger.last);
      expect(events.filter(event => event.event === 'gap' || event.event === 'reset')).toEqual([]);
      ledger.check(events);
    });
  }

  test('a page that is loaded anew goes on where it was', async () => {
    const ledger = new Ledger(stage.halley, stage.channel);
    await open({ storage: true });
    await opened();
    await ledger.publish(10);
    const before = await stage.heard(ledger.last);
    const flowing = ledger.publish(100, 5);
    await new Promise(resolve => setTimeout(resolve, 100));
    const events = before.concat((await stage.told()).slice(before.length));
    // What came between that look and the unloading is lost to this test, so the page keeps it aside as it goes.
    await stage.page.evaluate(
      `addEventListener('pagehide',
        () => sessionStorage.setItem('told', JSON.stringify(told.slice(${events.length}))))`,
    );
    await stage.page.reload({ waitUntil: 'domcontentloaded' });
    await flowing;
    const rest = JSON.parse((await stage.page.evaluate(`sessionStorage.getItem('told')`)) as string) as Told[];
    ledger.check([...events, ...rest, ...(await stage.heard(ledger.last))]);
  });

  test('a position from one transport is good on every other', async () => {
    const ledger = new Ledger(stage.halley, stage.channel);
    const events: Told[] = [];
    for (const transport of [...Transports, ...Transports.slice().reverse()]) {
      await stage.open('about.html', {});
      await ledger.publish(events.length ? 5 : 0); // nobody is there
      await open({ transports: [transport], storage: true });
      await opened(transport);
      await ledger.publish(5);
      events.push(...(await stage.heard(ledger.last)));
    }
    expect(events.filter(event => event.event === 'gap' || event.event === 'reset')).toEqual([]);
    ledger.check(events);
  });

  test('transports that fail one after another hand the position on', async () => {
    const ledger = new Ledger(stage.halley, stage.channel);
    await open({ climbAfter: 0 });
    for (const transport of Transports.slice(0, 4)) {
      await opened(transport);
      await ledger.publish(10, 2);
      if (transport === 'longpolling') break;
      stage.site.refused.add(Paths[transport]);
      stage.site.cut();
      await ledger.publish(10, 2);
    }
    const events = await stage.heard(ledger.last);
    expect(events.filter(event => event.event === 'gap' || event.event === 'reset')).toEqual([]);
    ledger.check(events);
  });

  for (const transport of Transports) {
    test(`${transport}: what the server no longer has when the page comes back is told as a gap, and the rest follows`, async () => {
      const small = await Halley.create({ channel_buffer_size: 10 });
      const narrow = await Site.create(small.front, small.admin);
      try {
        const ledger = new Ledger(small, stage.channel);
        await stage.open('client.html', settings({ transports: [transport] }), narrow);
        await opened(transport);
        await ledger.publish(5);
        await stage.heard(ledger.last);
        narrow.refused.add(Paths[transport]);
        narrow.cut();
        await ledger.publish(40);
        narrow.refused.clear();
        await stage.heard(ledger.last);
        await ledger.publish(5);
        const events = await stage.heard(ledger.last);
        expect(events.filter(event => event.event === 'gap')).toEqual([
          expect.objectContaining({ from: 6, reason: 'evicted' }),
        ]);
        ledger.check(events);
      } finally {
        narrow.dispose();
        await small.dispose();
      }
    });
  }

  for (const transport of ['sse', 'streaming']) {
    test(`${transport}: a heartbeat shows that the last message was lost on the way, and it is fetched`, async () => {
      const lively = await Halley.create({ polling_timeout: 1 });
      const lossy = await Site.create(lively.front, lively.admin);
      try {
        const ledger = new Ledger(lively, stage.channel);
        await stage.open('client.html', settings({ transports: [transport] }), lossy);
        await opened(transport);
        await ledger.publish(2);
        await stage.heard(ledger.last);
        lossy.swallows = 'message 3';
        await ledger.publish(1);
        const events = await stage.heard(ledger.last);
        expect(events.filter(event => event.event === 'close')).toEqual([
          expect.objectContaining({ reason: 'behind', retry: true }),
        ]);
        ledger.check(events);
      } finally {
        lossy.dispose();
        await lively.dispose();
      }
    });
  }

  test('a site that lets no WebSocket through is served by events', async () => {
    stage.site.refused.add('ws');
    await open({});
    await opened('sse');
    await stage.halley.publish(stage.channel, 'a');
    await stage.heard('a');
    expect(stage.site.asked).toEqual(['ws', 'sse']);
  });

  test('a site that buffers is served by long polling, and later by something better', async () => {
    stage.site.refused.add('ws');
    stage.site.buffers = true;
    const ledger = new Ledger(stage.halley, stage.channel);
    await open({ openTimeout: 1000, climbAfter: 1000 });
    await opened('longpolling');
    await ledger.publish(5, 20);
    await stage.heard(ledger.last);
    stage.site.buffers = false;
    stage.site.refused.clear();
    const flowing = ledger.publish(100, 20);
    await stage.until('a better transport', events =>
      events.some(event => event.event === 'open' && event.transport !== 'longpolling'),
    );
    await flowing;
    const events = await stage.heard(ledger.last);
    expect(events.filter(event => event.event === 'gap' || event.event === 'reset')).toEqual([]);
    ledger.check(events);
  });

  test('where all but scripts is refused, scripts serve', async () => {
    const transports = Transports.filter(transport => transport !== 'longpolling'); // scripts ask at the same place
    for (const transport of ['websocket', 'sse', 'streaming']) stage.site.refused.add(Paths[transport]);
    await open({ transports });
    await opened('jsonp');
    await stage.halley.publish(stage.channel, 'a');
    await stage.heard('a');
  });

  test('a server at another site is heard by every transport', async () => {
    for (const transport of Transports) {
      await stage.open('about.html', {});
      await open({ url: `http://localhost:${stage.halley.front}/`, transports: [transport] });
      await opened(transport);
      await stage.halley.publish(stage.channel, `by ${transport}`);
      await stage.heard(`by ${transport}`);
    }
  });

  test('a page of another site is told that it is not let in', async () => {
    const closed = await Halley.create({ auth: 'token' });
    try {
      for (const transport of Transports) {
        await stage.open('about.html', {});
        await open({ url: `http://localhost:${closed.front}/`, transports: [transport] });
        await stage.until('a refusal', events =>
          events.some(event => event.event === 'close' && event.reason === 'unauthorized'),
        );
      }
    } finally {
      await closed.dispose();
    }
  });

  test('the module is the same client', async () => {
    await open({}, 'module.html');
    await opened('websocket');
    await stage.halley.publish('module', 'a');
    await stage.heard('a');
  });
});
