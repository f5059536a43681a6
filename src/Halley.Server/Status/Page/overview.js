import { figures, fill, h, add } from './dom.js';
import { bytes, number, rate, time } from './format.js';
import { Chart } from './charts.js';
import { last, live, now, onLive, rates, valueIn, values } from './live.js';
import { incident } from './events.js';

const Transports = [
  ['event-stream', 'Event streams'],
  ['websocket', 'WebSockets'],
  ['long-polling', 'Long polls'],
  ['stream', 'Streams'],
];

export function overview(main) {
  const held = new Chart(
    'Held for subscribers',
    Transports.map(([, title]) => title),
    number,
  );
  const turnover = new Chart('Connections a second', ['Opened', 'Closed'], rate);
  const messages = new Chart('Messages a second', ['Delivered', 'Published'], rate);
  const trouble = new Chart('Trouble a second', ['Refused', 'Too slow', 'Gaps and resets'], rate);
  const summary = h('div');
  const recent = h('section', { class: 'card' });
  add(main, [
    h('div', { class: 'head' }, h('h1', {}, 'Overview'), h('p', {}, 'This server and its workers, every second.')),
    summary,
    h(
      'div',
      { class: 'cards' },
      [held, messages, turnover, trouble].map(chart => chart.element),
    ),
    recent,
  ]);

  const draw = () => {
    const opened = rates(
      sample => valueIn(sample, 'halley.connection.count') + valueIn(sample, 'halley.connection.closed'),
    );
    const published = rates(sample => valueIn(sample, 'halley.message.published'));
    const delivered = rates(sample => valueIn(sample, 'halley.message.delivered') - sample.told);
    fill(
      summary,
      figures([
        ['Connections', number(now('halley.connection.count'))],
        ['Subscriptions', number(now('halley.subscription.count'))],
        ['Channels', number(now('halley.channel.count'))],
        ['Published/s', rate(last(published))],
        ['Delivered/s', rate(last(delivered))],
        ['Memory', bytes(now('process.memory.usage'))],
      ]),
    );
    held.draw(
      Transports.map(([name]) =>
        values(
          sample => valueIn(sample, 'halley.answer.count', name) - (name === 'event-stream' ? sample.watching : 0),
        ),
      ),
    );
    turnover.draw([opened, rates(sample => valueIn(sample, 'halley.connection.closed'))]);
    messages.draw([delivered, published]);
    trouble.draw([
      rates(sample => valueIn(sample, 'halley.request.refused') + valueIn(sample, 'halley.connection.refused')),
      rates(sample => valueIn(sample, 'halley.connection.closed', 'too_slow')),
      rates(
        sample =>
          valueIn(sample, 'halley.position.answered', 'gap') + valueIn(sample, 'halley.position.answered', 'reset'),
      ),
    ]);
    fill(
      recent,
      h(
        'div',
        { class: 'row between' },
        h('h2', {}, 'Refusals and slow consumers'),
        h('a', { href: '#/events' }, 'All events'),
      ),
      live.incidents.length
        ? h('ul', { class: 'log' }, live.incidents.slice(0, 5).map(incident))
        : h('p', { class: 'empty' }, live.samples.length ? `None since ${time(live.samples[0].time)}.` : 'None yet.'),
    );
  };
  draw();
  return onLive(draw);
}
