// What is asked in a window of its own. The browser's dialog keeps the focus inside, and gives it back; Escape closes it.
import { api } from './api.js';
import { h, icon } from './dom.js';
import { avatar } from './format.js';

/** Asks for a user name. done(conversation): it is begun. */
export function contactDialog(done) {
  const name = h('input', { name: 'name', required: true, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', maxlength: 32 });
  ask('Add a contact', 'Add', [h('label', { class: 'field' }, h('span', {}, 'User name'), name)],
    async () => done(await api.post('contacts', { name: name.value })));
}

/** Asks for a name and people. done(conversation): it is begun. */
export function groupDialog(contacts, done) {
  const title = h('input', { name: 'title', required: true, autocomplete: 'off', maxlength: 60 });
  const people = choice(contacts);
  ask('New group', 'Create group', [h('label', { class: 'field' }, h('span', {}, 'Name of the group'), title), people.element],
    async () => done(await api.post('groups', { title: title.value, members: people.chosen() })));
}

/** Who is in a group; contacts can be added, and one can leave. left(): one did. */
export function detailsDialog(conversation, me, contacts, left) {
  const others = contacts.filter(contact => !conversation.members.some(member => member.id === contact.id));
  const people = choice(others, 'Add to the group');
  const dialog = ask(conversation.title, others.length ? 'Add' : '', [
    h('ul', { class: 'people', 'aria-label': 'Members' }, conversation.members.map(member => h('li', {},
      avatar(member.shown, { key: member.name, isOnline: member.online }),
      h('span', { class: 'names' }, h('strong', {}, member.id === me.id ? `${member.shown} (you)` : member.shown), h('small', {}, member.name))))),
    others.length > 0 && people.element,
    h('button', { class: 'plain danger', type: 'button', onclick: leave }, 'Leave the group'),
  ], () => api.post(`groups/${conversation.id}/members`, { members: people.chosen() }));

  async function leave() {
    await dialog.attempt(async () => {
      await api.post(`groups/${conversation.id}/leave`);
      left();
    });
  }
}

function choice(contacts, label = 'Who is in it') {
  const boxes = contacts.map(contact => ({ contact, box: h('input', { type: 'checkbox' }) }));
  return {
    element: h('fieldset', { class: 'people' }, h('legend', {}, label),
      contacts.length === 0 && h('p', {}, 'You have no contacts yet.'),
      boxes.map(({ contact, box }) => h('label', {}, box, avatar(contact.shown, { key: contact.name }),
        h('span', { class: 'names' }, h('strong', {}, contact.shown), h('small', {}, contact.name))))),
    chosen: () => boxes.filter(({ box }) => box.checked).map(({ contact }) => contact.id),
  };
}

/** Shows a dialog. It closes when the action succeeds; what the action is refused for is said in it. */
function ask(title, verb, content, action) {
  const error = h('p', { class: 'error', role: 'alert' });
  const dialog = h('dialog', { 'aria-label': title, onclose: () => dialog.remove() },
    h('form', { method: 'dialog', novalidate: true, onsubmit: event => { event.preventDefault(); attempt(action); } },
      h('header', {}, h('h2', {}, title),
        h('button', { class: 'round', type: 'button', 'aria-label': 'Close', onclick: () => dialog.close() }, icon('close'))),
      content, error,
      verb && h('button', { class: 'primary', type: 'submit' }, verb)));

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
  return { attempt };
}
