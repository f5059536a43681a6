// The list of conversations, and what else one can begin from there.
import { arrange, h, icon, NodeCache, unseen } from './dom.js';
import { avatar, avatarOf, presenceOf, titleOf, typingIn, whenOf } from './format.js';

export class Sidebar {
  #model;
  #rows = new NodeCache();
  #list = h('ul', { class: 'conversations' });
  #nobody;
  #me = h('div', { class: 'me' });

  /** addContact(), addGroup(), notify(), signOut(): what the buttons do. */
  constructor(model, { addContact, addGroup, notify, signOut }) {
    this.#model = model;
    this.#nobody = h(
      'div',
      { class: 'nobody' },
      h('p', {}, 'Nobody to talk to yet.'),
      h(
        'p',
        {},
        'Add somebody by their user name, or open a second, private window and register there as somebody else.',
      ),
      h('button', { class: 'primary', onclick: addContact }, 'Add a contact'),
    );
    this.element = h(
      'nav',
      { class: 'sidebar', 'aria-label': 'Conversations' },
      h(
        'div',
        { class: 'bar' },
        this.#me,
        h(
          'button',
          { class: 'round', title: 'Add a contact', 'aria-label': 'Add a contact', onclick: addContact },
          icon('person'),
        ),
        h(
          'button',
          { class: 'round', title: 'New group', 'aria-label': 'New group', onclick: addGroup },
          icon('group'),
        ),
        h(
          'button',
          { class: 'round', title: 'Notifications', 'aria-label': 'Notifications', onclick: notify },
          icon('bell'),
        ),
        h('button', { class: 'round', title: 'Sign out', 'aria-label': 'Sign out', onclick: signOut }, icon('out')),
      ),
      this.#nobody,
      this.#list,
    );
  }

  render(openId) {
    const { me, list, isLive } = this.#model;
    arrange(this.#me, [
      this.#rows.get('me', me, () =>
        h(
          'span',
          { class: 'who' },
          avatar(me.shown, { key: me.name }),
          h('span', { class: 'names' }, h('strong', {}, me.shown), h('small', {}, me.name)),
        ),
      ),
    ]);
    this.#nobody.hidden = list.length > 0;
    this.#list.hidden = list.length === 0;
    arrange(
      this.#list,
      list.map(conversation => {
        const line = this.#rows.get(conversation.id, 0, () =>
          h('li', {}, h('a', { href: `#/${conversation.id}`, 'data-id': conversation.id, class: 'row' })),
        );
        const shown = rowOf(conversation, me, openId, isLive);
        const link = line.firstChild; // the same one always, for it may have the focus
        if (shown.isOpen) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
        arrange(
          link,
          this.#rows.get(`in ${conversation.id}`, shown, () => ({ content: row(conversation, me, shown, isLive) }))
            .content,
        );
        return line;
      }),
    );
  }

  /** The next or previous conversation's id, for the keyboard. */
  neighbour(openId, step) {
    const ids = this.#model.list.map(conversation => conversation.id);
    return ids.length ? ids[(ids.indexOf(openId) + step + ids.length) % ids.length] : null;
  }

  focus(id) {
    this.#list.querySelector(`a[data-id="${CSS.escape(id)}"]`)?.focus();
  }
}

function rowOf(conversation, me, openId, isLive) {
  const last = conversation.last;
  const sender = !last
    ? ''
    : last.sender === me.id
      ? 'You: '
      : conversation.title !== null
        ? `${last.senderShown}: `
        : '';
  return {
    title: titleOf(conversation, me),
    presence: conversation.members.map(member => presenceOf(member, isLive)),
    typing: typingIn(conversation),
    last: last ? sender + last.text.slice(0, 120) : 'No messages yet',
    when: last ? whenOf(last.sentAt) : '',
    unread: conversation.unread,
    isOpen: conversation.id === openId,
  };
}

function row(conversation, me, shown, isLive) {
  return [
    avatarOf(conversation, me, isLive),
    h(
      'span',
      { class: 'summary' },
      h('span', { class: 'line' }, h('strong', { class: 'title' }, shown.title), h('time', {}, shown.when)),
      h(
        'span',
        { class: 'line' },
        h('span', { class: shown.typing ? 'last typing' : 'last' }, shown.typing || shown.last),
        shown.unread > 0 && h('span', { class: 'badge' }, shown.unread > 99 ? '99+' : shown.unread, unseen(' unread')),
      ),
    ),
  ];
}
