import { ask } from './api.js';
import { add, field, fill, h, problem, table } from './dom.js';

export function configuration(main) {
  const search = field('Find', { type: 'search' });
  const isSet = h('input', { type: 'checkbox', id: 'is-set', checked: true });
  const shown = h('div', { class: 'card', 'aria-live': 'polite' });
  let servers = [];
  add(main, [
    h(
      'div',
      { class: 'head' },
      h('h1', {}, 'Configuration'),
      h('p', {}, 'What holds, and where that was said. Secrets are hidden.'),
    ),
    h(
      'div',
      { class: 'card' },
      h(
        'div',
        { class: 'row' },
        search.label,
        h('label', { class: 'check', for: 'is-set' }, isSet, 'Only what somebody has set'),
      ),
    ),
    shown,
  ]);
  const draw = () => {
    const wanted = search.input.value.trim().toLowerCase();
    fill(
      shown,
      servers.map(({ server, settings }) => {
        const rows = settings.filter(
          ({ key, value, origin }) =>
            (!isSet.checked || origin !== 'default') && `${key} ${value} ${origin}`.toLowerCase().includes(wanted),
        );
        return [
          h('h2', {}, server),
          rows.length === 0
            ? h('p', { class: 'empty' }, 'There is none.')
            : table(
                `Configuration of ${server}`,
                [
                  { title: 'Option', class: 'first mono' },
                  { title: 'Value', class: 'mono cut' },
                  { title: 'Said in', class: 'cut' },
                ],
                rows.map(({ key, value, origin }) => [
                  key,
                  value === '' ? h('span', { class: 'muted' }, 'nothing') : value,
                  origin === 'default' ? h('span', { class: 'muted' }, 'default') : origin,
                ]),
              ),
        ];
      }),
    );
  };
  search.input.addEventListener('input', draw);
  isSet.addEventListener('change', draw);
  ask('configuration').then(
    answer => {
      servers = answer.servers;
      draw();
    },
    error => fill(shown, problem(error)),
  );
}
