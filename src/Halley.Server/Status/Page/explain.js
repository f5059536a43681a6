import { ask } from './api.js';
import { add, field, fill, h, problem } from './dom.js';
import { name, time } from './format.js';

/** Lines of each client, where there are few and where there are many; halley explain prints them all. */
const [Most, Fewest] = [40, 8];
const Few = 3;

const Kinds = {
  ended: 'bad',
  dropped: 'bad',
  refused: 'bad',
  waits: 'warn',
  told: 'muted',
  delivered: 'good',
  replayed: 'good',
};

/** Why did this client not get that message? Records what happens to some clients, and shows it. */
export function explain(main, _, query) {
  const channel = field('Channel', { type: 'text', value: query.get('channel') ?? '' });
  const client = field('Client', { type: 'text', value: query.get('client') ?? '' });
  const shown = h('div', { class: 'cards', 'aria-live': 'off' });
  const stop = h('button', { type: 'button', class: 'quiet', hidden: true, onclick: () => end() }, 'Stop');
  const said = h('p', { class: 'note', role: 'status' });
  let timer = null;
  add(main, [
    h(
      'div',
      { class: 'head' },
      h('h1', {}, 'Explain'),
      h(
        'p',
        {},
        'Why did this client not get that message? From now on the server writes down what happens to some clients: ' +
          'the place they ask for, what they are told, given and sent, and why they end. ' +
          'Nothing is written down for the others.',
      ),
    ),
    h(
      'form',
      {
        class: 'card',
        onsubmit: event => {
          event.preventDefault();
          begin();
        },
      },
      h('div', { class: 'row' }, channel.label, client.label),
      h('div', { class: 'row' }, h('button', {}, 'Watch'), stop, said),
    ),
    shown,
  ]);

  function end(text = 'Stopped. The server forgets it within a minute.') {
    clearTimeout(timer);
    timer = null;
    stop.hidden = true;
    said.textContent = text;
  }

  async function begin() {
    clearTimeout(timer);
    const wanted = client.input.value ? { client: client.input.value } : { channel: channel.input.value };
    if (!wanted.client && !wanted.channel) return end('Say which channel, or which client.');
    stop.hidden = false;
    said.textContent = `Watching ${name(wanted.client ?? wanted.channel)}.`;
    const look = async () => {
      try {
        draw(await ask('explain', wanted));
        timer = setTimeout(look, 1000);
      } catch (error) {
        fill(shown, problem(error));
        end('');
      }
    };
    timer = setTimeout(look, 0);
  }

  function draw({ clients, channel: state }) {
    const lines = clients.length > Few ? Fewest : Most;
    fill(
      shown,
      clients.length === 0 &&
        h(
          'p',
          { class: 'empty card' },
          state
            ? 'Nobody listens to it over a connection that is held now. Whoever comes is written down.'
            : 'Nothing is held for that client now.',
        ),
      clients.map(it =>
        h(
          'section',
          { class: 'card' },
          h(
            'div',
            { class: 'row between' },
            h('h2', { class: 'cut' }, it.user || it.address || it.client),
            h('span', { class: `tag ${it.connected ? 'good' : 'bad'}` }, it.connected ? 'connected' : 'ended'),
          ),
          h(
            'p',
            { class: 'note cut' },
            h('a', { class: 'mono', href: `#/client/${encodeURIComponent(it.client)}` }, it.client),
            `, ${it.transport}, ${it.address}`,
          ),
          it.verdicts.map(verdict => h('p', { class: 'verdict' }, verdict)),
          it.forgotten > 0 && h('p', { class: 'note' }, `${it.forgotten} older lines are forgotten.`),
          it.events.length > lines && h('p', { class: 'note' }, `The newest ${lines} of ${it.events.length} lines:`),
          h(
            'ul',
            { class: 'log close' },
            it.events
              .slice(-lines)
              .reverse()
              .map(({ time: at, event, text }) =>
                h(
                  'li',
                  {},
                  h('time', {}, time(at)),
                  h('span', { class: Kinds[event] ?? 'muted' }, event),
                  h('span', { class: 'cut' }, text),
                ),
              ),
          ),
        ),
      ),
    );
  }

  if (query.get('channel') || query.get('client')) begin();
  return () => clearTimeout(timer);
}
