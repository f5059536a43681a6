// What this window knows: the conversations, and of those that were opened the messages, from some number to the
// newest, each once and in order.
// It is told of events and reads the store; the views look at it when it says that it has changed.
import { api } from './api.js';

const PageSize = 50;
const FullPage = 100; // the most that the server gives
const Context = 10; // messages above the first unread one
const MostUnread = 1_000; // that are shown at once; above them one goes page by page
const ReportEvery = 300; // milliseconds
const TypingLasts = 5_000; // milliseconds, unless they go on

export class Model extends EventTarget {
  me = null;
  conversations = new Map();
  /** Whether Halley tells us what happens. */
  isLive = false;
  /** Whether the store was read at least once. */
  isRead = false;
  #syncing = null;
  #syncAgain = false;
  #held = [];

  /** The most lately used first. */
  get list() {
    const time = conversation => conversation.last?.sentAt ?? conversation.begunAt;
    return [...this.conversations.values()].sort((a, b) => (time(b) < time(a) ? -1 : 1));
  }

  get unread() {
    return this.list.reduce((sum, conversation) => sum + conversation.unread, 0);
  }

  /** Reads from the store whatever this window does not know. Calls during one that runs become one more. */
  sync() {
    this.#syncAgain = true;
    this.#syncing ??= (async () => {
      try {
        while (this.#syncAgain) {
          this.#syncAgain = false;
          await this.#read();
        }
      } finally {
        this.#syncing = null;
        this.#held.splice(0).forEach(event => this.told(event));
      }
    })();
    return this.#syncing;
  }

  /** An event that came through Halley. Those that come while the store is read are looked at afterwards. */
  told(event) {
    if (this.#syncing) return void this.#held.push(event);
    switch (event.type) {
      case 'message':
        this.add(event.message);
        break;
      case 'read':
        this.#noteRead(event);
        break;
      case 'presence':
        this.#notePresence(event);
        break;
      case 'typing':
        this.#noteTyping(event);
        break;
      case 'sync':
        this.#syncQuietly();
        break;
    }
  }

  /** A message that was told, or that was just stored. Once is enough: its number says whether it is known. */
  add(message) {
    const conversation = this.conversations.get(message.conversation);
    // Something is missing before it.
    if (!conversation || message.seq > conversation.lastSeq + 1) return this.#syncQuietly();
    if (message.seq > conversation.lastSeq) {
      conversation.lastSeq = message.seq;
      conversation.last = message;
      conversation.typing.delete(message.sender);
      this.#markRead(conversation, message.sender, message.seq); // who answers has read
      this.#count(conversation);
      this.#announce(conversation);
    }
    if (conversation.messages && message.seq === top(conversation) + 1) conversation.messages.push(message);
    this.changed();
  }

  /** Loads the newest messages of a conversation, once: at least those that were not read yet, and a few above them. */
  async open(id) {
    const conversation = this.conversations.get(id);
    if (!conversation || conversation.messages) return;
    const { lastSeq, unread } = conversation;
    const above = lastSeq - Math.min(unread, MostUnread) - Context;
    const page =
      unread + Context <= PageSize
        ? await api.get(`conversations/${id}/messages?count=${PageSize}`)
        : await api.get(`conversations/${id}/messages?after=${Math.max(above, 0)}&count=${FullPage}`);
    if (conversation.messages) return;
    conversation.messages = page.messages;
    conversation.isComplete = (page.messages[0]?.seq ?? 1) === 1;
    if (top(conversation) < conversation.lastSeq) await this.#catchUp(conversation);
    this.changed();
  }

  /** Loads one page more of the past. */
  async older(conversation) {
    if (conversation.isComplete || conversation.isLoading) return;
    conversation.isLoading = true;
    try {
      const page = await api.get(
        `conversations/${conversation.id}/messages?before=${conversation.messages[0].seq}&count=${PageSize}`,
      );
      conversation.messages.unshift(...page.messages);
      conversation.isComplete = page.complete;
    } finally {
      conversation.isLoading = false;
      this.changed();
    }
  }

  /** The number of the last message in it that one has read. */
  readIn(conversation) {
    return conversation.members.find(member => member.id === this.me.id)?.read ?? 0;
  }

  /** Everything in it up to this number was seen by the person in front of this window. */
  read(conversation, seq) {
    if (seq <= this.readIn(conversation)) return;
    this.#markRead(conversation, this.me.id, seq);
    this.#report(conversation);
    this.changed();
  }

  setLive(isLive) {
    if (this.isLive === isLive) return;
    this.isLive = isLive;
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event('changed'));
  }

  async #read() {
    const overview = await api.get('conversations');
    this.me = overview.me;
    this.isRead = true;
    const known = this.conversations;
    const ends = new Map([...known].map(([id, conversation]) => [id, conversation.lastSeq]));
    this.conversations = new Map(
      overview.conversations.map(fresh => [fresh.id, this.#merge(known.get(fresh.id), fresh)]),
    );
    for (const conversation of this.conversations.values()) {
      if (conversation.lastSeq > ends.get(conversation.id)) this.#announce(conversation);
      if (conversation.messages && top(conversation) < conversation.lastSeq) await this.#catchUp(conversation);
    }
    this.changed();
  }

  #syncQuietly() {
    this.sync().catch(() => {}); // the next open connection does it
  }

  /** From the newest message that is here to the newest there is. */
  async #catchUp(conversation) {
    for (let isComplete = false; !isComplete;) {
      const page = await api.get(
        `conversations/${conversation.id}/messages?after=${top(conversation)}&count=${FullPage}`,
      );
      conversation.messages.push(...page.messages.filter(message => message.seq > top(conversation)));
      isComplete = page.complete;
    }
    const newest = conversation.messages.at(-1);
    if (newest && newest.seq > conversation.lastSeq) {
      conversation.lastSeq = newest.seq;
      conversation.last = newest;
    }
  }

  #noteRead({ conversation: id, user, seq }) {
    const conversation = this.conversations.get(id);
    if (!conversation) return;
    this.#markRead(conversation, user, seq);
    this.changed();
  }

  #markRead(conversation, user, seq) {
    const member = conversation.members.find(other => other.id === user);
    if (member && member.read < seq) member.read = seq;
    this.#count(conversation);
  }

  /** Who writes has read what is above: all that is below what one has read is from others. */
  #count(conversation) {
    conversation.unread = Math.max(conversation.lastSeq - this.readIn(conversation), 0);
  }

  /** Somebody else's message is the newest of a conversation now. */
  #announce(conversation) {
    const { last: message } = conversation;
    if (message && message.sender !== this.me.id)
      this.dispatchEvent(new CustomEvent('arrived', { detail: { conversation, message } }));
  }

  /** Tells the server how far one has read: at once, and then now and again while one goes on. */
  async #report(conversation) {
    if (conversation.isReporting) return;
    conversation.isReporting = true;
    try {
      for (let told = 0, seq; told < (seq = this.readIn(conversation)); told = seq) {
        await api.post(`conversations/${conversation.id}/read`, { seq });
        await new Promise(resolve => setTimeout(resolve, ReportEvery));
      }
    } catch {
      // It stays unread on the server, and is told again by the next sync.
    } finally {
      conversation.isReporting = false;
    }
  }

  /**
   * The one object that the views hold stays; what the store says of it is newer, but for what was just sent, or just
   * read.
   */
  #merge(known, fresh) {
    if (!known)
      return { ...fresh, messages: null, isComplete: false, isLoading: false, isReporting: false, typing: new Map() };
    const { lastSeq, last } = known.lastSeq > fresh.lastSeq ? known : fresh;
    const read = this.readIn(known);
    const isUntold = read > this.readIn(fresh);
    Object.assign(known, fresh, { lastSeq, last });
    this.#markRead(known, this.me.id, read);
    if (isUntold) this.#report(known);
    return known;
  }

  #notePresence({ user, online }) {
    for (const conversation of this.conversations.values()) {
      for (const member of conversation.members) if (member.id === user) member.online = online;
    }
    this.changed();
  }

  #noteTyping({ conversation: id, user }) {
    const conversation = this.conversations.get(id);
    if (!conversation) return;
    clearTimeout(conversation.typing.get(user));
    conversation.typing.set(
      user,
      setTimeout(() => {
        conversation.typing.delete(user);
        this.changed();
      }, TypingLasts),
    );
    this.changed();
  }
}

function top(conversation) {
  return conversation.messages.at(-1)?.seq ?? 0;
}
