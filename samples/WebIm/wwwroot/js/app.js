// The page: who is here, which conversation is open, and what the pieces tell each other.
import { api } from './api.js';
import { Chat, announceMessage } from './chat.js';
import { contactDialog, detailsDialog, groupDialog, notificationsDialog } from './dialogs.js';
import { arrange, h } from './dom.js';
import { Drafts } from './drafts.js';
import { partner } from './format.js';
import { follow } from './live.js';
import { Model } from './model.js';
import { Notifications } from './notifications.js';
import { Outbox } from './outbox.js';
import { Sidebar } from './sidebar.js';
import { signIn } from './signin.js';

const ReadAgain = 2_000; // milliseconds
const SaidFor = 8_000;
const NotLive = 'There is no live connection just now. It is tried again by itself; what you send is kept meanwhile.';
const NoNetwork = 'There is no network. What you send waits here, and goes out by itself.';

const app = document.getElementById('app');

/** Somebody is to come in. */
function door(notice = '') {
  document.title = 'WebIm';
  arrange(app, [signIn(notice, messenger)]);
}

/** Somebody is in. */
function messenger(user) {
  const model = new Model();
  model.me = user;
  const drafts = new Drafts(user.id);
  const notifications = new Notifications(user.id, go);
  let chat = null;
  let said = '';
  let saying = 0;
  let hasLeft = false;

  const leave = notice => {
    if (hasLeft) return;
    hasLeft = true;
    live.stop();
    outbox.stop();
    notifications.clear();
    chat?.end();
    removeEventListener('hashchange', route);
    removeEventListener('keydown', key);
    removeEventListener('online', banner);
    removeEventListener('offline', banner);
    document.removeEventListener('visibilitychange', look);
    clearTimeout(saying);
    document.querySelector('dialog')?.close();
    door(notice);
  };
  const refused = error =>
    error.status === 401
      ? leave('Your session has ended. Sign in again; nothing that you wrote is lost.')
      : say(error.message);

  const outbox = new Outbox(user.id, { sent: stored, changed: () => chat?.render(), refused });
  const sidebar = new Sidebar(model, {
    addContact,
    addGroup,
    notify: () => notificationsDialog(notifications),
    signOut,
  });
  const notice = h('p', { class: 'banner', role: 'status', hidden: true });
  const nothing = h(
    'section',
    { class: 'nothing' },
    h('img', { src: 'icon.svg', alt: '', width: 72, height: 72 }),
    h('h2', {}, 'Welcome'),
    h('p', {}, 'Choose a conversation, or begin one.'),
  );
  const title = h('h1', { class: 'unseen' }, 'Messenger');
  const frame = h('main', { class: 'frame' });
  let live = listen();

  model.addEventListener('changed', route);
  model.addEventListener('arrived', ({ detail }) => {
    announceMessage(detail.message);
    notifications.tell(detail.conversation, detail.message);
  });
  addEventListener('hashchange', route);
  addEventListener('keydown', key);
  addEventListener('online', banner);
  addEventListener('offline', banner);
  document.addEventListener('visibilitychange', look);
  arrange(app, [notice, frame]);
  read();

  function listen() {
    return follow({
      told: event => model.told(event),
      missed: read,
      connected(isOpen) {
        model.setLive(isOpen);
        frame.toggleAttribute('data-live', isOpen);
        banner();
      },
      refused,
    });
  }

  /** Everything that may have been missed, from the store; and what waits here, to it. */
  async function read() {
    try {
      await model.sync();
      outbox.flush();
      chat?.load();
    } catch (error) {
      refused(error);
      if (error.passes) setTimeout(read, ReadAgain);
    }
  }

  function stored({ message, live: isTold }) {
    model.add(message);
    if (!isTold) say('Kept. The others will see it when the live connection is back.');
  }

  function render() {
    sidebar.render(chat?.id);
    chat?.render();
    notifications.settle(model.conversations);
    document.title = model.unread ? `(${model.unread}) WebIm` : 'WebIm';
  }

  /** Which conversation is open stands in the address, so that the browser's Back works. */
  function route() {
    const id = location.hash.slice(2);
    const conversation = model.conversations.get(id);
    if (chat?.id !== conversation?.id || !frame.firstChild) {
      const before = chat?.id;
      chat?.end();
      chat = conversation ? new Chat(model, outbox, conversation, { drafts, back: () => go(''), details }) : null;
      frame.classList.toggle('is-open', !!chat);
      arrange(frame, [title, sidebar.element, chat?.element ?? nothing]);
      chat?.begin();
      if (!matchMedia('(pointer: coarse)').matches) chat?.focus(); // where it would not bring up a keyboard
      if (!chat && before) sidebar.focus(before);
    }
    if (id && !conversation && model.isRead) {
      history.replaceState(null, '', '#/');
      say('There is no such conversation, or you are not in it.');
    }
    render();
  }

  function go(id) {
    location.hash = `#/${id}`;
  }

  function look() {
    chat?.seen();
  }

  function key(event) {
    if (document.querySelector('dialog')) return;
    if (event.altKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      const id = sidebar.neighbour(chat?.id, event.key === 'ArrowDown' ? 1 : -1);
      if (id) go(id);
    } else if (event.key === 'Escape' && chat) go('');
  }

  function say(sentence) {
    said = sentence;
    clearTimeout(saying);
    saying = setTimeout(() => {
      said = '';
      banner();
    }, SaidFor);
    banner();
  }

  function banner() {
    notice.textContent = said || (model.isLive ? '' : navigator.onLine ? NotLive : NoNetwork);
    notice.hidden = !notice.textContent;
  }

  function contacts() {
    return model.list.map(conversation => partner(conversation, model.me)).filter(Boolean);
  }

  function addContact() {
    contactDialog(begun);
  }

  function addGroup() {
    groupDialog(contacts(), begun);
  }

  async function begun(conversation) {
    await model.sync();
    go(conversation.id);
  }

  function details(conversation) {
    detailsDialog(conversation, model, contacts, () => {
      drafts.set(conversation.id, '');
      go('');
      read();
    });
  }

  async function signOut() {
    live.stop(); // its channel is going to be closed
    try {
      await api.post('sign-out');
      drafts.clear();
      leave('');
    } catch (error) {
      refused(error);
      if (!hasLeft) live = listen();
    }
  }
}

api.get('me').then(messenger, error => door(error.status === 401 ? '' : error.message));
