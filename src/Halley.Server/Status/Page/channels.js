import { ask } from './api.js';
import { add, confirm, field, figures, fill, h, problem, select, table } from './dom.js';
import { bytes, date, name, number } from './format.js';
import { live } from './live.js';
import { clientColumns, clientRow } from './clients.js';

const Page = 50;

const link = channel => h('a', { href: `#/channel/${encodeURIComponent(channel)}` }, name(channel));

export function channels(main, _, query) {
  const prefix = field('Name begins with', { type: 'search', value: query.get('prefix') ?? '' });
  const sort = select('In the order of', [
    ['created', 'when they were created'],
    ['name', 'their names'],
    ['subscribers', 'most subscribers'],
    ['stored', 'most kept messages'],
  ]);
  const result = h('section', { class: 'card', 'aria-live': 'polite', 'aria-busy': 'false' });
  const open = field('Or open one by its name', { type: 'text', required: true });
  add(main, [
    h(
      'div',
      { class: 'head' },
      h('h1', {}, 'Channels'),
      h('p', {}, 'All that there are, on every server that shares them.'),
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
        prefix.label,
        sort.label,
        h('button', {}, 'Show'),
      ),
      h(
        'form',
        {
          class: 'row',
          onsubmit: event => {
            event.preventDefault();
            location.hash = `#/channel/${encodeURIComponent(open.input.value)}`;
          },
        },
        open.label,
        h('button', { class: 'quiet' }, 'Open'),
      ),
    ),
    result,
  ]);

  /** cursors: those of the pages up to the one that is shown. */
  async function load(cursors) {
    try {
      const cursor = cursors.at(-1);
      const page = await ask('channels', {
        prefix: prefix.input.value,
        sort: sort.input.value,
        limit: Page,
        ...(cursor && { cursor }),
      });
      const sorting = {
        by: sort.input.value,
        direction: sort.input.value === 'name' ? 'ascending' : 'descending',
        choose: by => {
          sort.input.value = by;
          load([null]);
        },
      };
      fill(
        result,
        page.channels.length === 0
          ? h('p', { class: 'empty' }, 'There is none.')
          : table(
              'Channels',
              [
                { title: 'Channel', class: 'first', sort: 'name' },
                { title: 'Subscribers', class: 'number', sort: 'subscribers' },
                { title: 'Kept messages', class: 'number', sort: 'stored' },
                { title: 'Newest offset', class: 'number' },
              ],
              page.channels.map(({ channel, subscribers, stored, offset }) => [
                link(channel),
                number(subscribers),
                number(stored),
                number(offset),
              ]),
              sorting,
            ),
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
  sort.input.addEventListener('change', () => load([null]));
  load([null]);
}

export function channel(main, channel) {
  const state = h('div');
  const history = h('section', { class: 'card' });
  const subscribers = h('section', { class: 'card' });
  const present = h('section', { class: 'card' });
  const encoded = encodeURIComponent(channel);
  add(main, [
    h('p', {}, h('a', { href: '#/channels' }, 'Channels')),
    h(
      'div',
      { class: 'row between' },
      h('h1', {}, name(channel)),
      h(
        'div',
        { class: 'row' },
        h('a', { href: `#/publish/${encoded}` }, 'Publish'),
        h('a', { href: `#/explain?channel=${encoded}` }, 'Explain'),
        h('button', { type: 'button', class: 'quiet', onclick: () => load() }, 'Look again'),
      ),
    ),
    state,
    history,
    subscribers,
    present,
  ]);

  async function load() {
    try {
      const { subscribers: count, stored, epoch, offset } = await ask('channel', { channel });
      fill(
        state,
        figures([
          ['Subscribers', number(count)],
          ['Newest offset', number(offset)],
          ['Kept messages', number(stored)],
          ['Epoch', epoch, true],
        ]),
      );
    } catch (error) {
      fill(state, problem(error));
    }
    await Promise.all([loadHistory(), loadSubscribers(), loadPresent()]);
  }

  async function loadHistory(before = null) {
    await into(history, 'Newest messages', async () => {
      const { publications, epoch } = await ask('history', {
        channel,
        reverse: true,
        limit: 20,
        ...(before && { since: before }),
      });
      const oldest = publications.at(-1);
      return [
        publications.length === 0
          ? h('p', { class: 'empty' }, 'It keeps none.')
          : table(
              'Newest messages',
              [{ title: 'Offset', class: 'number' }, { title: 'Time' }, { title: 'Message', class: 'first' }],
              publications.map(({ offset, time: at, data, b64data, event }) => [
                number(offset),
                date(at),
                h(
                  'div',
                  {},
                  event && h('span', { class: 'tag muted' }, event),
                  h('pre', {}, shortened(data ?? `base64: ${b64data}`)),
                ),
              ]),
            ),
        h(
          'div',
          { class: 'row' },
          before && h('button', { type: 'button', class: 'quiet', onclick: () => loadHistory() }, 'Newest'),
          publications.length === 20 &&
            h(
              'button',
              { type: 'button', class: 'quiet', onclick: () => loadHistory({ epoch, offset: oldest.offset }) },
              'Older',
            ),
          publications.length > 0 &&
            live.hello?.may === 'all' &&
            h('button', { type: 'button', class: 'danger', onclick: remove }, 'Remove all'),
        ),
      ];
    });
  }

  async function remove() {
    if (await confirm(`Forget all messages that ${name(channel)} keeps?`, 'Forget them')) {
      await ask('history_remove', { channel }).catch(error => add(history, [problem(error)]));
      await load();
    }
  }

  const loadSubscribers = () =>
    into(subscribers, 'Subscribers', async () => {
      const { clients, cursor } = await ask('clients', { channel, limit: 50 });
      return [
        clients.length === 0
          ? h('p', { class: 'empty' }, 'Nobody listens over a connection that is held now.')
          : table('Subscribers', clientColumns(), clients.map(clientRow)),
        cursor && h('p', {}, h('a', { href: `#/clients?channel=${encoded}` }, 'All of them')),
      ];
    });

  const loadPresent = () =>
    into(present, 'Presence', async () => {
      const { clients } = await ask('presence', { channel });
      return [
        clients.length === 0
          ? h('p', { class: 'empty' }, 'Nobody who was asked who they are.')
          : table(
              'Presence',
              [
                { title: 'User', class: 'first' },
                { title: 'Client', class: 'mono' },
                { title: 'Since' },
                { title: 'Others see', class: 'mono' },
              ],
              clients
                .slice(0, 200)
                .map(({ client, user, since, info }) => [
                  user || '–',
                  h('a', { href: `#/client/${encodeURIComponent(client)}` }, client),
                  date(since),
                  info === undefined ? '–' : shortened(JSON.stringify(info)),
                ]),
            ),
      ];
    });

  load();
}

/** Fills a section with what there is to show, or with why not. */
export async function into(section, title, make) {
  try {
    const made = await make();
    fill(section, h('h2', {}, title), made);
  } catch (error) {
    fill(section, h('h2', {}, title), problem(error));
  }
}

export const shortened = text => (text.length <= 2000 ? text : `${text.slice(0, 2000)}… (${bytes(text.length)})`);
