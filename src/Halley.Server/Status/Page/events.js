import { add, fill, h } from './dom.js';
import { name, time } from './format.js';
import { live, onLive } from './live.js';

const Words = {
  too_slow: 'Too slow',
  internal_error: 'Internal error',
  bad_request: 'Not HTTP',
  turned_away: 'Turned away',
};

/** One line of the list: what happened, to whom, where. */
export function incident({ time: at, what, status, address, listener, path, channels }) {
  return h(
    'li',
    {},
    h('time', { datetime: new Date(at).toISOString() }, time(at)),
    h(
      'span',
      {},
      h(
        'span',
        { class: `tag ${what === 'refused' && status < 500 ? 'warn' : 'bad'}` },
        what === 'refused' ? `Refused: ${status}` : (Words[what] ?? what),
      ),
    ),
    h(
      'span',
      { class: 'cut' },
      h('span', { class: 'mono' }, address),
      ` at ${listener}`,
      path && [' asked ', h('span', { class: 'mono' }, path)],
      channels?.length > 0 && [
        ' listened to ',
        channels.map((channel, i) => [
          i > 0 && ', ',
          h('a', { href: `#/channel/${encodeURIComponent(channel)}` }, name(channel)),
        ]),
      ],
    ),
  );
}

export function events(main) {
  const list = h('ul', { class: 'log', 'aria-label': 'Refusals and slow consumers' });
  const empty = h('p', { class: 'empty' }, 'Nothing was refused, and nobody was too slow, since this page is open.');
  const more = h('p', { class: 'note' });
  const pause = h('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false' }, 'Pause');
  let isPaused = false;
  const draw = () => {
    if (isPaused) return;
    fill(list, live.incidents.map(incident));
    empty.hidden = live.incidents.length > 0;
    more.textContent = live.missed ? `${live.missed} more happened than are shown: 50 a second are.` : '';
  };
  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    pause.setAttribute('aria-pressed', isPaused);
    pause.textContent = isPaused ? 'Go on' : 'Pause';
    draw();
  });
  add(main, [
    h(
      'div',
      { class: 'head' },
      h('h1', {}, 'Events'),
      h('p', {}, 'Requests that were refused and clients that were too slow, as it happens.'),
    ),
    h(
      'section',
      { class: 'card' },
      h('div', { class: 'row between' }, h('h2', {}, 'Since this page is open'), pause),
      empty,
      list,
      more,
    ),
  ]);
  draw();
  let seen = live.incidents[0];
  return onLive(() => {
    if (live.incidents[0] !== seen) {
      seen = live.incidents[0];
      draw();
    }
  });
}
