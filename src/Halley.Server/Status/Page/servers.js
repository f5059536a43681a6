import { add, figures, fill, h, table } from './dom.js';
import { bytes, number } from './format.js';
import { live, now, onLive } from './live.js';

export function servers(main) {
  const shown = h('div', { class: 'card' });
  const own = h('div');
  add(main, [
    h(
      'div',
      { class: 'head' },
      h('h1', {}, 'Servers'),
      h('p', {}, 'Those that share their channels through Redis, and how far behind each hears what is published.'),
    ),
    own,
    shown,
  ]);
  const draw = () => {
    const sample = live.samples.at(-1);
    if (!sample) return;
    const isReady = now('halley.redis.ready') === 1;
    fill(
      own,
      figures(
        [
          ['This server', live.hello?.server ?? '', true],
          ['Version', live.hello?.version ?? '', true],
          ['Worker processes', number(sample.workers)],
          ['Memory', bytes(now('process.memory.usage'))],
          [
            'Redis',
            !sample.redis
              ? 'not used'
              : h('span', { class: isReady ? 'good' : 'bad' }, isReady ? 'answers' : 'does not answer'),
            true,
          ],
          sample.redis && ['Way through Redis', `${number(now('halley.redis.round_trip.duration') * 1000)} ms`, true],
        ].filter(Boolean),
      ),
    );
    fill(
      shown,
      h('h2', {}, 'Servers'),
      !sample.redis
        ? h('p', { class: 'empty' }, 'This server shares its channels with nobody: redis.url is not set.')
        : !live.nodes
          ? h('p', { class: 'empty' }, 'Redis has not been asked yet, or does not answer.')
          : table(
              'Servers',
              [
                { title: 'Server', class: 'first' },
                { title: 'State' },
                { title: 'Lag', class: 'number' },
                { title: 'Connections', class: 'number' },
                { title: 'Subscriptions', class: 'number' },
                { title: 'Channels', class: 'number' },
                { title: 'Version' },
              ],
              live.nodes.map(({ name, lag, connections, subscribers, channels, version }) => [
                name,
                lag === undefined ? h('span', { class: 'tag bad' }, 'deaf') : h('span', { class: 'tag good' }, 'hears'),
                lag === undefined ? '–' : `${number(lag)} ms`,
                number(connections),
                number(subscribers),
                number(channels),
                version,
              ]),
            ),
    );
  };
  draw();
  return onLive(draw);
}
