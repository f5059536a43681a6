// What was written and not sent, for each conversation. It outlives the page and a session that ends by itself; who
// signs out takes it along.

const Longest = 20_000; // characters; what is longer is a mistake, and is not kept

export class Drafts {
  #prefix;

  constructor(user) {
    this.#prefix = `webim.draft.${user}.`;
  }

  get(conversation) {
    return localStorage.getItem(this.#prefix + conversation) ?? '';
  }

  set(conversation, text) {
    try {
      if (text.trim() && text.length <= Longest) localStorage.setItem(this.#prefix + conversation, text);
      else localStorage.removeItem(this.#prefix + conversation);
    } catch {
      // The browser's store is full: it is still in the field.
    }
  }

  clear() {
    for (const key of Object.keys(localStorage)) if (key.startsWith(this.#prefix)) localStorage.removeItem(key);
  }
}
