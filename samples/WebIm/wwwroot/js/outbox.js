// What was written and is not stored on the server yet. It outlives the page and the session; sending twice is
// harmless, for each message has an id
// of its own that the server knows again.
import { api } from './api.js';

const FirstPause = 1_000; // milliseconds
const LongestPause = 15_000;

export class Outbox {
  #key;
  #sent;
  #changed;
  #refused;
  #sending = false;
  #timer = 0;
  #pause = FirstPause;
  #stopped = false;

  /** sent(answer): one is stored. changed(): the list is another. refused(error): the session is over. */
  constructor(user, { sent, changed, refused }) {
    this.#key = `webim.outbox.${user}`;
    this.#sent = sent;
    this.#changed = changed;
    this.#refused = refused;
    addEventListener('online', this.#now);
    addEventListener('storage', this.#otherWindow);
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    removeEventListener('online', this.#now);
    removeEventListener('storage', this.#otherWindow);
  }

  /** { clientId, conversation, text, at, error? } in the order they were written. */
  list(conversation) {
    return this.#read().filter(entry => entry.conversation === conversation);
  }

  add(conversation, text) {
    const clientId = [...crypto.getRandomValues(new Uint8Array(16))]
      .map(byte => byte.toString(16).padStart(2, '0'))
      .join('');
    this.#write([...this.#read(), { clientId, conversation, text, at: new Date().toISOString() }]);
    this.flush();
  }

  remove(clientId) {
    this.#write(this.#read().filter(entry => entry.clientId !== clientId));
  }

  /**
   * Sends what waits, one after another: order is kept. Where that fails it is tried again by itself, later and later.
   */
  async flush() {
    if (this.#sending || this.#stopped) return;
    this.#sending = true;
    clearTimeout(this.#timer);
    try {
      for (let next; !this.#stopped && (next = this.#read().find(entry => !entry.error));) await this.#send(next);
      this.#pause = FirstPause;
    } catch (error) {
      if (error.status === 401) this.#refused(error);
      else this.#later();
    } finally {
      this.#sending = false;
    }
  }

  async #send(entry) {
    try {
      const answer = await api.post(`conversations/${entry.conversation}/messages`, {
        clientId: entry.clientId,
        text: entry.text,
      });
      this.#sent(answer);
      this.remove(entry.clientId);
    } catch (error) {
      if (error.passes || error.status === undefined || error.status === 401) throw error;
      // It will never be taken: it stays, with the reason, until its writer has seen it.
      this.#write(
        this.#read().map(other => (other.clientId === entry.clientId ? { ...other, error: error.message } : other)),
      );
    }
  }

  #now = () => this.flush();

  #otherWindow = event => {
    if (event.key === this.#key) this.#changed();
  };

  #later() {
    this.#timer = setTimeout(this.#now, this.#pause);
    this.#pause = Math.min(this.#pause * 2, LongestPause);
  }

  #read() {
    return JSON.parse(localStorage.getItem(this.#key) ?? '[]');
  }

  #write(entries) {
    localStorage.setItem(this.#key, JSON.stringify(entries));
    this.#changed();
  }
}
