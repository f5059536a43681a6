import { key } from './api.js';
import { field, fill, h } from './dom.js';
import { live, onLive, run } from './live.js';
import { overview } from './overview.js';
import { channel, channels } from './channels.js';
import { client, clients } from './clients.js';
import { publish } from './publish.js';
import { explain } from './explain.js';
import { events } from './events.js';
import { servers } from './servers.js';
import { configuration } from './configuration.js';

/** Each shows itself in the element that it is given, and returns what ends it. */
const Views = { overview, channels, channel, clients, client, publish, explain, events, servers, configuration };
const Section = { channel: 'channels', client: 'clients' };
const Titles = {
  overview: 'Overview',
  channels: 'Channels',
  channel: 'Channel',
  clients: 'Clients',
  client: 'Client',
  publish: 'Publish',
  explain: 'Explain',
  events: 'Events',
  servers: 'Servers',
  configuration: 'Configuration',
};

const main = document.getElementById('main');
const state = document.getElementById('state');
const forget = document.getElementById('forget');
let leave = null;

/** #/VIEW/NAME?KEY=VALUE, the name encoded. */
function show(moveFocus) {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const [view, name] = path.split('/');
  const shown = Object.hasOwn(Views, view) ? view : 'overview';
  leave?.();
  document.title = `${Titles[shown]} · Halley`;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#/${Section[shown] ?? shown}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  leave = Views[shown](fill(main), name === undefined ? null : decoded(name), new URLSearchParams(query ?? ''));
  if (moveFocus) {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function showState() {
  const reasons = live.samples.at(-1)?.reasons ?? [];
  const isReady = live.state === 'live' && reasons.length === 0;
  const text =
    {
      connecting: 'Connecting',
      key: 'A key is needed',
      gone: live.reason ?? 'The server does not answer; trying again',
    }[live.state] ?? (isReady ? 'Ready' : (reasons[0] ?? 'Ready'));
  const output = document.getElementById('state-text');
  if (output.textContent !== text) output.textContent = text;
  state.className = `state ${isReady ? 'ready' : live.state === 'live' || live.state === 'gone' ? 'bad' : ''}`;
  if (live.hello)
    document.getElementById('server').textContent =
      `${live.hello.version} on ${live.hello.server}${live.hello.may === 'read' ? ' · read only' : ''}`;
  forget.hidden = !key.get();
}

function askForKey(wasWrong) {
  return new Promise(resolve => {
    const { input, label } = field('Key', {
      type: 'password',
      required: true,
      autocomplete: 'current-password',
      name: 'key',
    });
    const dialog = h(
      'dialog',
      { 'aria-labelledby': 'key-title', oncancel: event => event.preventDefault() },
      h(
        'form',
        {
          method: 'dialog',
          onsubmit: () => {
            key.set(input.value.trim());
            dialog.remove();
            resolve();
            show(false);
          },
        },
        h('h2', { id: 'key-title' }, 'This server wants a key'),
        h(
          'p',
          { class: 'note' },
          'One of admin.api_keys, or of admin.read_only_keys, which only look. ' +
            'It stays in this tab, and is forgotten with it.',
        ),
        wasWrong && h('p', { class: 'problem', role: 'alert' }, 'The server does not know that key.'),
        label,
        h('button', {}, 'Open'),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}

forget.addEventListener('click', () => {
  key.forget();
  location.reload();
});
addEventListener('hashchange', () => show(true));
onLive(showState);
show(false);
run(askForKey);
