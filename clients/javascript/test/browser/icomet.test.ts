import { describe, expect, test } from 'vitest';
import { browsers } from './browsers';
import { Halley } from './halley';
import type { Told } from './ledger';
import { Stage } from './stage';

describe.each(browsers)('icomet.js in %s', name => {
  // A frame whose connection is lost says nothing: only silence shows it. So there is little of it.
  const stage = new Stage<Told>(name, () => Halley.create({ auth: 'token', polling_timeout: 4 }));

  for (const transport of ['sse', 'iframe', 'jsonp']) {
    test(`${transport}: signs, hears, publishes, and comes back after the server was killed`, async () => {
      const { halley, site, page, channel } = stage;
      const config = {
        channel,
        signUrl: `${site.address}/sign`,
        subUrl: `${site.address}/sub`,
        pubUrl: `${site.address}/push?cb=?`,
        transports: [transport],
      };
      await stage.open('icomet.html', config);
      await halley.followed(channel);
      await halley.publish(channel, 'first');
      await stage.heard('first');
      await page.evaluate(`comet.pub('from the page')`);
      await stage.heard('from the page');
      await halley.kill();
      await halley.start();
      // It signs again, for the tokens of before are void.
      await stage.until('a reset', events => events.some(event => event.event === 'reset'));
      await halley.publish(channel, 'after');
      const contents = (await stage.heard('after'))
        .filter(event => event.event === 'message')
        .map(event => event.content);
      expect(contents).toEqual(['first', 'from the page', 'after']);
    });
  }
});
