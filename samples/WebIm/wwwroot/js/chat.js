// One conversation: what was said, what waits to be sent, and where one writes.
import { api } from './api.js';
import { announce, arrange, h, icon, NodeCache, unseen } from './dom.js';
import { avatar, avatarOf, dayOf, partner, presenceOf, timeOf, titleOf, typingIn } from './format.js';
import { linked } from './links.js';

const LongestText = 4000;
const TypingEvery = 3_000; // milliseconds
const Near = 80; // pixels from the end that count as being there
const Above = 40; // pixels that are seen of what is above the first unread message

export class Chat {
  #model;
  #outbox;
  #conversation;
  #nodes = new NodeCache();
  #parts = new NodeCache();
  #toldTyping = 0;
  /** The number of the message above which the marker stands; 0: there is none. */
  #firstUnread = 0;
  #unreadBefore = 0;
  #problem = '';
  #isAtEnd = true;
  /** Whether it was brought to where one goes on reading. What is in sight before that was not seen. */
  #isPlaced = false;
  // A keyboard that comes up on a phone takes room: who was at the end stays there.
  #resized = new ResizeObserver(() => {
    if (this.#isAtEnd) this.#follow();
    this.seen();
  });

  #header = h('header', { class: 'bar' });
  #messages = h('ol', { class: 'messages', tabindex: 0, onscroll: () => this.#scrolled() });
  #count = h('span', { class: 'count', 'aria-hidden': 'true', hidden: true });
  #end = h('button', { class: 'round to-end', hidden: true, onclick: () => this.#toEnd() }, icon('down'), this.#count);
  #error = h('p', { class: 'error', role: 'alert' });
  #text = h('textarea', {
    rows: 1,
    placeholder: 'Write a message',
    'aria-label': 'Message',
    enterkeyhint: 'send',
    oninput: () => this.#typed(),
    onkeydown: event => this.#key(event),
  });

  /** drafts: what was written and not sent, by conversation. back(), details(): what the buttons do. */
  constructor(model, outbox, conversation, { drafts, back, details }) {
    this.#model = model;
    this.#outbox = outbox;
    this.#conversation = conversation;
    this.drafts = drafts;
    this.back = back;
    this.details = details;
    this.#text.value = drafts.get(conversation.id);
    this.element = h(
      'section',
      { class: 'chat', 'aria-label': 'Conversation' },
      this.#header,
      h('div', { class: 'past' }, this.#messages, this.#end),
      h(
        'form',
        {
          class: 'composer',
          onsubmit: event => {
            event.preventDefault();
            this.#send();
          },
        },
        this.#error,
        this.#text,
        h('button', { class: 'round send', 'aria-label': 'Send' }, icon('send')),
      ),
    );
  }

  get id() {
    return this.#conversation.id;
  }

  /** Once it stands in the page. */
  async begin() {
    this.#resized.observe(this.#messages);
    this.#unreadBefore = this.#conversation.unread;
    if (this.#unreadBefore) this.#markNew();
    this.#grow();
    await this.load();
  }

  /** Reads it from the store, if it was not yet, and goes to where one goes on reading. */
  async load() {
    if (this.#isPlaced) return;
    try {
      await this.#model.open(this.id);
      this.#problem = '';
    } catch (error) {
      this.#problem = error.message;
    }
    this.render();
    if (!this.#conversation.messages || this.#isPlaced) return;
    this.#isPlaced = true;
    if (this.#firstUnread) this.#toNew();
    else this.#toEnd();
  }

  /** It does not stand in the page any more. */
  end() {
    this.#resized.disconnect();
  }

  focus() {
    this.#text.focus();
  }

  render() {
    const conversation = this.#conversation;
    this.#renderHeader();
    if (this.#problem && conversation.messages) this.#problem = '';
    // Who scrolls away now is told of by an event that comes only after this.
    const wasAtEnd = this.#isAtEnd && this.#isNearEnd();
    if (conversation.unread && !this.#unreadBefore && !(wasAtEnd && isInFront())) this.#markNew();
    this.#unreadBefore = conversation.unread;
    const height = this.#messages.scrollHeight;
    const first = this.#messages.querySelector('.message')?.dataset.seq;
    arrange(this.#messages, this.#lines());
    this.#messages.setAttribute('aria-label', `Messages with ${titleOf(conversation, this.#model.me)}`);
    // What came before the first line pushes the rest down; the eyes stay where they were.
    const grown =
      this.#messages.querySelector('.message')?.dataset.seq !== first ? this.#messages.scrollHeight - height : 0;
    if (wasAtEnd) this.#follow();
    else this.#messages.scrollTop += grown;
    this.seen();
  }

  /** If somebody looks at it, everything down to the lower edge is read. */
  seen() {
    const conversation = this.#conversation;
    if (this.#isPlaced && conversation.messages && conversation.unread && isInFront()) {
      this.#model.read(conversation, this.#isAtEnd ? conversation.lastSeq : this.#lastInSight());
    }
    const { unread } = conversation;
    this.#end.hidden = this.#isAtEnd;
    this.#end.setAttribute('aria-label', unread ? `To the newest message, ${unread} unread` : 'To the newest message');
    this.#count.hidden = !unread;
    this.#count.textContent = unread > 99 ? '99+' : unread || '';
  }

  /** The number of the last message whose end is above the lower edge; 0: there is none. */
  #lastInSight() {
    const edge = this.#messages.getBoundingClientRect().bottom + 1; // it may lie between two pixels
    const lines = this.#messages.querySelectorAll('.message[data-seq]');
    let [from, to] = [0, lines.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (lines[middle].getBoundingClientRect().bottom <= edge) from = middle + 1;
      else to = middle;
    }
    return from ? Number(lines[from - 1].dataset.seq) : 0;
  }

  #markNew() {
    this.#firstUnread = this.#model.readIn(this.#conversation) + 1;
  }

  #toEnd() {
    this.#messages.scrollTop = this.#messages.scrollHeight;
    this.#isAtEnd = true;
    this.seen();
  }

  /** To the first message that was not read. */
  #toNew() {
    const marker = this.#messages.querySelector('.new');
    if (marker) this.#messages.scrollTop = marker.offsetTop - Above;
    this.#isAtEnd = this.#isNearEnd();
    this.seen();
  }

  /** Goes along with what comes; while nobody looks, no further than the first message that was not read. */
  #follow() {
    this.#messages.scrollTop = this.#messages.scrollHeight;
    const marker = !isInFront() && this.#conversation.unread && this.#messages.querySelector('.new');
    if (marker) this.#messages.scrollTop = Math.min(this.#messages.scrollTop, marker.offsetTop - Above);
    this.#isAtEnd = this.#isNearEnd();
  }

  #isNearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#messages;
    return scrollHeight - scrollTop - clientHeight < Near;
  }

  #scrolled() {
    this.#isAtEnd = this.#isNearEnd();
    if (this.#messages.scrollTop < Near && this.#conversation.messages) this.#older();
    this.seen();
  }

  async #older() {
    try {
      await this.#model.older(this.#conversation);
    } catch (error) {
      this.#error.textContent = error.message;
    }
  }

  #renderHeader() {
    const conversation = this.#conversation;
    const { me, isLive } = this.#model;
    const other = partner(conversation, me);
    const online = conversation.members.filter(member => member.online).length;
    const typing = typingIn(conversation);
    const state =
      typing ||
      (other
        ? presenceOf(other, isLive)
        : `${conversation.members.length} members${isLive ? `, ${online} online` : ''}`);
    arrange(this.#header, [
      this.#parts.get('back', 0, () =>
        h('button', { class: 'round back', 'aria-label': 'Back to the list', onclick: this.back }, icon('back')),
      ),
      this.#parts.get('avatar', [conversation.title, other?.online, isLive], () => avatarOf(conversation, me, isLive)),
      this.#parts.get('title', [titleOf(conversation, me), state, !!typing], () =>
        h(
          'div',
          { class: 'names' },
          h('h2', {}, titleOf(conversation, me)),
          h('small', { class: typing ? 'state typing' : 'state', role: typing ? 'status' : null }, state),
        ),
      ),
      ...(other
        ? []
        : [
            this.#parts.get('details', 0, () =>
              h(
                'button',
                {
                  class: 'round',
                  'aria-label': 'Members',
                  title: 'Members: see them, add to them',
                  onclick: () => this.details(conversation),
                },
                icon('group'),
              ),
            ),
          ]),
    ]);
  }

  /** Everything between the header and the field, from above: days, messages, what waits. */
  #lines() {
    const conversation = this.#conversation;
    const waiting = this.#outbox
      .list(this.id)
      .filter(entry => !conversation.messages?.some(message => message.clientId === entry.clientId));
    if (!conversation.messages) {
      return [
        this.#nodes.get('state', this.#problem, () => h('li', { class: 'empty' }, this.#problem || 'Loading…')),
        ...waiting.map(entry => this.#waiting(entry)),
      ];
    }
    if (!conversation.messages.length && !waiting.length) {
      return [
        this.#nodes.get('state', 'hello', () =>
          h(
            'li',
            { class: 'empty' },
            avatarOf(conversation, this.#model.me, true),
            h(
              'p',
              {},
              `This is the beginning of your conversation ${conversation.title === null ? 'with' : 'in'} ` +
                `${titleOf(conversation, this.#model.me)}.`,
            ),
            h('p', {}, 'Say hello!'),
          ),
        ),
      ];
    }
    const lines = [];
    if (!conversation.isComplete) {
      lines.push(
        this.#nodes.get('older', 0, () =>
          h(
            'li',
            { class: 'older' },
            h('button', { class: 'plain', onclick: () => this.#older() }, 'Earlier messages'),
          ),
        ),
      );
    }
    let previous = null;
    // Or as far up as was read from the store.
    const firstNew = this.#firstUnread && conversation.messages.find(message => message.seq >= this.#firstUnread);
    for (const message of conversation.messages) {
      const day = dayOf(message.sentAt);
      if (!previous || dayOf(previous.sentAt) !== day) {
        lines.push(this.#nodes.get(`day ${message.seq}`, day, () => h('li', { class: 'day' }, h('span', {}, day))));
        previous = null;
      }
      if (message === firstNew) {
        lines.push(this.#nodes.get('new', 0, () => h('li', { class: 'day new' }, h('span', {}, 'New messages'))));
      }
      lines.push(this.#message(message, previous));
      previous = message;
    }
    return [...lines, ...waiting.map(entry => this.#waiting(entry))];
  }

  #message(message, previous) {
    const conversation = this.#conversation;
    const isMine = message.sender === this.#model.me.id;
    const isFirst =
      previous?.sender !== message.sender || Date.parse(message.sentAt) - Date.parse(previous.sentAt) > 300_000;
    const state = isMine ? this.#stateOf(message) : null;
    return this.#nodes.get(message.seq, [isFirst, state], () =>
      h(
        'li',
        {
          class: `message ${isMine ? 'mine' : 'theirs'}${isFirst ? ' first' : ''}`,
          'data-seq': message.seq,
        },
        !isMine &&
          conversation.title !== null &&
          (isFirst
            ? avatar(message.senderShown, { key: nameOf(conversation, message) })
            : h('span', { class: 'no-avatar' })),
        h(
          'div',
          { class: 'bubble' },
          !isMine && conversation.title !== null && isFirst
            ? h('strong', { class: 'sender' }, message.senderShown)
            : unseen(`${isMine ? 'You' : message.senderShown}: `),
          h('p', {}, linked(message.text)),
          h(
            'span',
            { class: 'meta' },
            h('time', { datetime: message.sentAt }, timeOf(message.sentAt)),
            state && h('span', { class: 'state', title: state.text }, icon(state.icon), unseen(state.text)),
          ),
        ),
      ),
    );
  }

  #stateOf(message) {
    const others = this.#conversation.members.filter(member => member.id !== this.#model.me.id);
    const readers = others.filter(member => member.read >= message.seq).length;
    if (readers === 0) return { icon: 'sent', text: 'Sent' };
    return {
      icon: 'read',
      text: this.#conversation.title === null ? 'Read' : `Read by ${readers} of ${others.length}`,
    };
  }

  #waiting(entry) {
    return this.#nodes.get(entry.clientId, entry, () =>
      h(
        'li',
        { class: `message mine first ${entry.error ? 'refused' : 'waiting'}`, 'data-client': entry.clientId },
        h(
          'div',
          { class: 'bubble' },
          unseen('You: '),
          h('p', {}, linked(entry.text)),
          h(
            'span',
            { class: 'meta' },
            entry.error
              ? [
                  h('span', { class: 'reason' }, `Not sent. ${entry.error}`),
                  h('button', { class: 'plain', onclick: () => this.#outbox.remove(entry.clientId) }, 'Remove'),
                ]
              : [
                  h('time', { datetime: entry.at }, timeOf(entry.at)),
                  h('span', { class: 'state' }, icon('waiting'), 'Waiting'),
                ],
          ),
        ),
      ),
    );
  }

  #send() {
    const text = this.#text.value.trim();
    if (!text) return this.#refuse('There is nothing to send: the message is empty.');
    if (text.length > LongestText)
      return this.#refuse(
        `The message is too long: it has ${text.length} characters, and ${LongestText} are the most.`,
      );
    this.#text.value = '';
    this.#firstUnread = 0;
    this.#toldTyping = 0;
    this.#typed(false);
    this.#outbox.add(this.id, text);
    this.#toEnd();
    this.focus();
  }

  #refuse(sentence) {
    this.#error.textContent = sentence;
    this.focus();
  }

  #typed(isTyping = true) {
    this.#error.textContent = '';
    this.drafts.set(this.id, this.#text.value);
    this.#grow();
    if (!isTyping || !this.#text.value.trim() || Date.now() - this.#toldTyping < TypingEvery) return;
    this.#toldTyping = Date.now();
    api.post(`conversations/${this.id}/typing`).catch(() => {}); // of the moment: nobody misses it
  }

  #grow() {
    this.#text.style.height = 'auto';
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }

  #key(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#send();
    }
  }
}

/** Whether somebody can see this page. */
function isInFront() {
  return document.visibilityState === 'visible';
}

/** Said aloud by a screen reader. */
export function announceMessage(message) {
  announce(`${message.senderShown}: ${message.text.slice(0, 200)}`);
}

function nameOf(conversation, message) {
  return conversation.members.find(member => member.id === message.sender)?.name ?? message.senderShown;
}
