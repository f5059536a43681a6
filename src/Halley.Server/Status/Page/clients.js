import { ask } from './api.js';
import { add, confirm, field, figures, fill, h, problem, table } from './dom.js';
import { bytes, date, duration, name, number } from './format.js';
import { live } from './live.js';

const Page = 50;
const Transports = {
  'event-stream': 'Event stream',
  websocket: 'WebSocket',
  'long-polling': 'Long poll',
  stream: 'Stream',
};

export const clientColumns = () => [
  { title: 'Client', class: 'first mono' },
  { title: 'User' },
  { title: 'Transport' },
  { title: 'Channels', class: 'cut' },
  { title: 'Behind', class: 'number' },
  { title: 'Waits', class: 'number' },
  { title: 'Sent', class: 'number' },
];

const behind = channels => channels.reduce((sum, channel) => sum + Math.max(0, channel.offset - channel.told), 0);

const waiting = count => (count > 0 ? h('span', { class: 'warn' }, bytes(count)) : '–');

export const clientRow = ({ client, address, user, transport, subscriptions, channels, queued, sent }) => [
  h('a', { href: `#/client/${encodeURIComponent(client)}` }, address || client),
  user || '–',
  Transports[transport] ?? transport,
  [
    channels
      .slice(0, 3)
      .map((channel, i) => [
        i > 0 && ', ',
        h('a', { href: `#/channel/${encodeURIComponent(channel.channel)}` }, name(channel.channel)),
      ]),
    subscriptions > 3 && ` and ${subscriptions - 3} more`,
  ],
  number(behind(channels)),
  waiting(queued),
  sent === undefined ? '–' : bytes(sent),
];

export function clients(main, _, query) {
  const fields = {
    user: field('User', { type: 'search', value: query.get('user') ?? '' }),
    channel: field('Channel', { type: 'search', value: query.get('channel') ?? '' }),
    address: field('Address begins with', { type: 'search', value: query.get('address') ?? '' }),
  };
  const id = field('Or open one by its id', { type: 'text', required: true });
  const result = h('section', { class: 'card', 'aria-live': 'polite' });
  add(main, [
    h(
      'div',
      { class: 'head' },
      h('h1', {}, 'Clients'),
      h('p', {}, 'Those for whom an answer is held now, of every protocol and on every server.'),
    ),
    h(
      'section',
      { class: 'card' },
      h(
        'form',
        {
          class: 'row',
          role: 'search',
          onsubmit: event => {
            event.preventDefault();
            load([null]);
          },
        },
        Object.values(fields).map(({ label }) => label),
        h('button', {}, 'Show'),
      ),
      h(
        'form',
        {
          class: 'row',
          onsubmit: event => {
            event.preventDefault();
            location.hash = `#/client/${encodeURIComponent(id.input.value)}`;
          },
        },
        id.label,
        h('button', { class: 'quiet' }, 'Open'),
      ),
    ),
    result,
  ]);

  async function load(cursors) {
    try {
      const filter = Object.fromEntries(
        Object.entries(fields)
          .map(([key, { input }]) => [key, input.value])
          .filter(([, value]) => value !== ''),
      );
      const cursor = cursors.at(-1);
      const page = await ask('clients', { ...filter, limit: Page, ...(cursor && { cursor }) });
      fill(
        result,
        page.partial && h('p', { class: 'problem' }, 'The other servers cannot be asked: these are this one’s.'),
        page.clients.length === 0
          ? h('p', { class: 'empty' }, 'There is none.')
          : table('Clients', clientColumns(), page.clients.map(clientRow)),
        h(
          'div',
          { class: 'row' },
          cursors.length > 1 &&
            h('button', { type: 'button', class: 'quiet', onclick: () => load(cursors.slice(0, -1)) }, 'Previous'),
          page.cursor &&
            h('button', { type: 'button', class: 'quiet', onclick: () => load([...cursors, page.cursor]) }, 'Next'),
        ),
      );
    } catch (error) {
      fill(result, problem(error));
    }
  }
  load([null]);
}

export function client(main, id) {
  const shown = h('div', { class: 'cards' });
  const result = h('p', { role: 'status' });
  const end = h('button', { type: 'button', class: 'danger', onclick: disconnect }, 'Disconnect');
  add(main, [
    h('p', {}, h('a', { href: '#/clients' }, 'Clients')),
    h(
      'div',
      { class: 'row between' },
      h('h1', { class: 'mono' }, id),
      h(
        'div',
        { class: 'row' },
        h('a', { href: `#/explain?client=${encodeURIComponent(id)}` }, 'Explain'),
        h('button', { type: 'button', class: 'quiet', onclick: load }, 'Look again'),
        live.hello?.may !== 'read' && end,
      ),
    ),
    result,
    shown,
  ]);

  async function disconnect() {
    if (!(await confirm(`End the connection of ${id}? The client may come back.`, 'Disconnect'))) return;
    try {
      const { disconnected } = await ask('disconnect', { client: id });
      result.textContent = disconnected ? 'Disconnected.' : 'It had gone already.';
    } catch (error) {
      fill(result, problem(error));
    }
    await load();
  }

  async function load() {
    try {
      const it = await ask('client', { client: id });
      shown.className = '';
      fill(
        shown,
        h(
          'div',
          { class: 'card' },
          figures([
            ['User', it.user || 'nobody in particular', true],
            ['Address', it.address || '–', true],
            ['Came to', it.listener, true],
            ['Transport', Transports[it.transport] ?? it.transport, true],
            ['Since', it.since === undefined ? '–' : date(it.since), true],
            ['Last heard from it', it.asked === undefined ? '–' : `${duration(it.asked)} ago`, true],
            ['Waits for it', bytes(it.queued), true],
            ['Sent', it.sent === undefined ? '–' : bytes(it.sent), true],
          ]),
          h('h2', {}, it.subscriptions === 1 ? 'Its channel' : `Its ${number(it.subscriptions)} channels`),
          table(
            'Its channels',
            [
              { title: 'Channel', class: 'first' },
              { title: 'Told up to', class: 'number' },
              { title: 'Newest', class: 'number' },
              { title: 'Behind', class: 'number' },
            ],
            it.channels.map(({ channel, told, offset }) => [
              h('a', { href: `#/channel/${encodeURIComponent(channel)}` }, name(channel)),
              number(told),
              number(offset),
              number(Math.max(0, offset - told)),
            ]),
          ),
        ),
      );
    } catch (error) {
      shown.className = '';
      fill(shown, problem(error));
      end.disabled = error.status === 404;
    }
  }
  load();
}
