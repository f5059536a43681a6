// Coming in: by registering, or with a name that is registered already.
import { api } from './api.js';
import { h } from './dom.js';

/** notice: why one is here again; '' at first. done(user): somebody came in. */
export function signIn(notice, done) {
  let isNew = false;
  const error = h('p', { class: 'error', role: 'alert' });
  const shown = field('shown', 'Your name, as others see it', { autocomplete: 'name', maxlength: 40 });
  const name = field('name', 'User name', {
    autocomplete: 'username',
    required: true,
    autocapitalize: 'none',
    spellcheck: 'false',
    maxlength: 32,
  });
  const password = field('password', 'Password', {
    type: 'password',
    autocomplete: 'current-password',
    required: true,
    maxlength: 200,
  });
  const submit = h('button', { class: 'primary', type: 'submit' });
  const other = h('button', { class: 'plain', type: 'button', onclick: () => choose(!isNew) });
  const title = h('h1');
  const form = h(
    'form',
    { class: 'sign-in', novalidate: true, onsubmit: send },
    h('img', { src: 'icon.svg', alt: '', width: 56, height: 56 }),
    title,
    notice && h('p', { class: 'notice', role: 'status' }, notice),
    shown,
    name,
    password,
    error,
    submit,
    other,
  );

  function choose(registering) {
    isNew = registering;
    title.textContent = isNew ? 'Create an account' : 'Sign in';
    submit.textContent = isNew ? 'Create account' : 'Sign in';
    other.textContent = isNew ? 'I have an account' : 'I am new here';
    shown.hidden = !isNew;
    password.querySelector('input').autocomplete = isNew ? 'new-password' : 'current-password';
    password.querySelector('.hint').textContent = isNew ? 'At least 8 characters' : '';
    error.textContent = '';
    (isNew ? shown : name).querySelector('input').focus();
  }

  async function send(event) {
    event.preventDefault();
    const data = new FormData(form);
    error.textContent = '';
    if (!data.get('name') || !data.get('password')) {
      error.textContent = 'User name and password are both needed.';
      return;
    }
    submit.disabled = true;
    try {
      done(await api.post(isNew ? 'register' : 'sign-in', Object.fromEntries(data)));
    } catch (refusal) {
      error.textContent = refusal.message;
    } finally {
      submit.disabled = false;
    }
  }

  queueMicrotask(() => choose(false)); // once it stands in the page, where it can have the focus
  return h('main', { class: 'door' }, form);
}

function field(name, label, attributes) {
  return h(
    'label',
    { class: 'field' },
    h('span', {}, label),
    h('input', { name, ...attributes }),
    h('small', { class: 'hint' }),
  );
}
