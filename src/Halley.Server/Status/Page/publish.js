import { ask, follow } from './api.js';
import { add, field, fill, h, problem } from './dom.js';
import { name, time } from './format.js';
import { live } from './live.js';
import { shortened } from './channels.js';

const Most = 50;

export function publish(main, chosen) {
  const channel = field('Channel', { type: 'text', required: true, value: chosen ?? 'test' });
  const message = field('Message', { rows: '3' }, 'textarea');
  message.input.value = 'hello';
  const keep = h('input', { type: 'checkbox', id: 'keep' });
  const said = h('p', { role: 'status', class: 'note' });
  const heard = h('ul', { class: 'log' });
  const listening = h('h2', {}, 'What arrives');
  const send = h('button', {}, 'Publish');
  let watch = null;
  let sentAt = 0;
  if (live.hello?.may === 'read') {
    send.disabled = true;
    said.textContent = 'The key only looks: it may not publish.';
  }

  add(main, [
    h(
      'div',
      { class: 'head' },
      h('h1', {}, 'Publish'),
      h('p', {}, 'A message, and what becomes of it: this page listens to the channel as every subscriber does.'),
    ),
    h(
      'form',
      {
        class: 'card',
        onsubmit: event => {
          event.preventDefault();
          submit();
        },
      },
      h('div', { class: 'row' }, channel.label),
      message.label,
      h(
        'label',
        { class: 'check', for: 'keep' },
        keep,
        'Keep it for those who come later, as the server’s own rule says',
      ),
      h('div', { class: 'row' }, send, said),
    ),
    h('section', { class: 'card' }, listening, h('div', { role: 'log', 'aria-label': 'What arrives' }, heard)),
  ]);

  function listen() {
    watch?.abort();
    const mine = (watch = new AbortController());
    const wanted = channel.input.value;
    fill(listening, wanted ? ['What arrives in ', name(wanted)] : 'What arrives');
    if (!wanted) return Promise.resolve();
    return new Promise(ready => {
      follow(
        `watch?channel=${encodeURIComponent(wanted)}`,
        event => {
          if (event.open) return ready();
          const delay = sentAt ? performance.now() - sentAt : null;
          sentAt = 0;
          heard.prepend(
            h(
              'li',
              {},
              h('time', {}, time(Date.now())),
              h('span', { class: 'muted' }, `offset ${event.offset}`, delay !== null && `, ${delay.toFixed(0)} ms`),
              h('pre', { class: 'cut' }, shortened(event.data ?? `base64: ${event.b64data}`)),
            ),
          );
          while (heard.childElementCount > Most) heard.lastChild.remove();
        },
        mine.signal,
      )
        .catch(error => {
          if (mine.signal.aborted) return;
          heard.prepend(
            h('li', {}, h('time', {}, time(Date.now())), h('span', { class: 'bad' }, 'Not listening'), error.message),
          );
        })
        .finally(() => {
          ready();
          if (watch === mine) watch = null;
        });
    });
  }

  async function submit() {
    try {
      if (!watch) await listen();
      sentAt = performance.now();
      const { offset } = await ask('publish', {
        channel: channel.input.value,
        data: message.input.value,
        ...(!keep.checked && { history_size: 0 }),
      });
      said.className = 'good';
      said.textContent = `Published, with offset ${offset}.`;
    } catch (error) {
      sentAt = 0;
      said.className = '';
      fill(said, problem(error));
    }
  }

  channel.input.addEventListener('change', listen);
  listen();
  return () => watch?.abort();
}
