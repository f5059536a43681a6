// What is asked in a window of its own. The browser's dialog keeps the focus inside, and gives it back; Escape closes
// it.
import { api } from './api.js';
import { arrange, h, icon, NodeCache } from './dom.js';
import { avatar, presenceOf } from './format.js';

/** Asks for a user name. done(conversation): it is begun. */
export function contactDialog(done) {
  const name = h('input', {
    name: 'name',
    required: true,
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    maxlength: 32,
  });
  ask('Add a contact', 'Add', [h('label', { class: 'field' }, h('span', {}, 'User name'), name)], async () =>
    done(await api.post('contacts', { name: name.value })),
  );
}

/** Asks for a name and people. done(conversation): it is begun. */
export function groupDialog(contacts, done) {
  const title = h('input', { name: 'title', required: true, autocomplete: 'off', maxlength: 60 });
  const people = choice(contacts);
  ask(
    'New group',
    'Create group',
    [h('label', { class: 'field' }, h('span', {}, 'Name of the group'), title), people.element],
    async () => done(await api.post('groups', { title: title.value, members: people.chosen() })),
  );
}

/**
 * Who is in a group, as long as one looks at it. Everybody in it may add contacts of theirs, and may leave. contacts():
 * one's own. left(): one did.
 */
export function detailsDialog(conversation, model, contacts, left) {
  const list = h('ul', { class: 'people', 'aria-label': 'Members' });
  const others = h('div', {});
  const nodes = new NodeCache();
  let people;
  const dialog = ask(
    conversation.title,
    'Add',
    [list, others],
    () => api.post(`groups/${conversation.id}/members`, { members: people.chosen() }),
    () => model.removeEventListener('changed', show),
  );
  dialog.form.append(h('button', { class: 'plain danger', type: 'button', onclick: leave }, 'Leave the group'));
  model.addEventListener('changed', show);
  show();

  function show() {
    arrange(
      list,
      conversation.members.map(member =>
        nodes.get(member.id, presenceOf(member, model.isLive), () =>
          h(
            'li',
            {},
            avatar(member.shown, { key: member.name, presence: presenceOf(member, model.isLive) }),
            h(
              'span',
              { class: 'names' },
              h('strong', {}, member.id === model.me.id ? `${member.shown} (you)` : member.shown),
              h('small', {}, member.name),
            ),
          ),
        ),
      ),
    );
    const ids = new Set(conversation.members.map(member => member.id));
    const absent = contacts().filter(contact => !ids.has(contact.id));
    // Made anew only when there are others: what was chosen stays chosen.
    arrange(others, [
      nodes.get(
        'others',
        absent.map(contact => contact.id),
        () => {
          people = choice(absent, 'Add to the group');
          return absent.length
            ? people.element
            : h(
                'p',
                { class: 'hint' },
                'All your contacts are in it. Add another contact, then you can put them into the group.',
              );
        },
      ),
    ]);
    dialog.verb.hidden = !absent.length;
  }

  async function leave() {
    await dialog.attempt(async () => {
      await api.post(`groups/${conversation.id}/leave`);
      left();
    });
  }
}

/**
 * Whether the system shows what comes while nobody looks at the page. The browser is asked for that only when it is
 * switched on here.
 */
export function notificationsDialog(notifications) {
  const error = h('p', { class: 'error', role: 'alert' });
  const content = toggle(
    'Show who wrote, and what',
    'Whoever can see your screen can read it then.',
    notifications.tellsContent,
    isOn => {
      notifications.tellsContent = isOn;
    },
  );
  const on = toggle('Notify me of new messages', 'While this page is not in front.', notifications.isOn, async isOn => {
    error.textContent = '';
    if (isOn) error.textContent = await notifications.turnOn();
    else notifications.turnOff();
    show();
  });
  ask('Notifications', '', [on.element, content.element, error]);
  show();

  function show() {
    on.box.checked = notifications.isOn;
    content.box.disabled = !notifications.isOn;
  }
}

/** A switch, with what it is and what it does. changed(isOn): it was clicked. */
function toggle(name, hint, isOn, changed) {
  const box = h('input', { type: 'checkbox', role: 'switch', checked: isOn, onchange: () => changed(box.checked) });
  return {
    box,
    element: h('label', { class: 'toggle' }, h('span', {}, h('strong', {}, name), h('small', {}, hint)), box),
  };
}

function choice(contacts, label = 'Who is in it') {
  const boxes = contacts.map(contact => ({ contact, box: h('input', { type: 'checkbox' }) }));
  return {
    element: h(
      'fieldset',
      { class: 'people' },
      h('legend', {}, label),
      contacts.length === 0 && h('p', {}, 'You have no contacts yet.'),
      boxes.map(({ contact, box }) =>
        h(
          'label',
          {},
          box,
          avatar(contact.shown, { key: contact.name }),
          h('span', { class: 'names' }, h('strong', {}, contact.shown), h('small', {}, contact.name)),
        ),
      ),
    ),
    chosen: () => boxes.filter(({ box }) => box.checked).map(({ contact }) => contact.id),
  };
}

/**
 * Shows a dialog. It closes when the action succeeds; what the action is refused for is said in it. closed(): it was,
 * in whatever way.
 */
function ask(title, verb, content, action = null, closed = () => {}) {
  const error = h('p', { class: 'error', role: 'alert' });
  const button = verb && h('button', { class: 'primary', type: 'submit' }, verb);
  const dialog = h(
    'dialog',
    {
      'aria-label': title,
      onclose: () => {
        dialog.remove();
        closed();
      },
    },
    h(
      'form',
      {
        method: 'dialog',
        novalidate: true,
        onsubmit: event => {
          event.preventDefault();
          if (action) attempt(action);
        },
      },
      h(
        'header',
        {},
        h('h2', {}, title),
        h(
          'button',
          { class: 'round', type: 'button', 'aria-label': 'Close', onclick: () => dialog.close() },
          icon('close'),
        ),
      ),
      content,
      error,
      button,
    ),
  );

  async function attempt(what) {
    error.textContent = '';
    try {
      await what();
      dialog.close();
    } catch (refusal) {
      error.textContent = refusal.message;
    }
  }

  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector('input') ?? dialog.querySelector('button')).focus();
  return { attempt, verb: button, form: dialog.firstChild };
}
