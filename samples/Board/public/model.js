/**
 * What is on the board: what the server has said, and over it what this page has changed and the server has not yet
 * told back. Of two states of an item the one with the higher number (rev) counts, whichever way and in whatever order
 * they come. Tells by an event changed which item is another now.
 */
export class Model extends EventTarget {
  #items = new Map();
  #outbox;

  constructor(outbox) {
    super();
    this.#outbox = outbox;
  }

  /** The ids of all items, also of those that are gone. */
  ids() {
    return new Set([...this.#items.keys(), ...this.#outbox.ids()]);
  }

  /** An item as it is to be shown; null where it is gone. */
  get(id) {
    const item = this.#outbox.over(id, this.#items.get(id) ?? { id, gone: true });
    return item.gone ? null : item;
  }

  /** What this page changes: shown at once, and sent when it can be. */
  change(id, set) {
    this.#outbox.add(id, set);
    this.#tell(id);
  }

  remove(id) {
    this.#outbox.add(id, null);
    this.#tell(id);
  }

  /** An item as the server says. */
  take(item) {
    if (item.rev > (this.#items.get(item.id)?.rev ?? 0)) {
      this.#items.set(item.id, item);
    }
    this.#outbox.heard(item.change);
    this.#tell(item.id);
  }

  /** All items there were when rev was the last change. */
  takeAll(rev, items) {
    const there = new Set(items.map(item => item.id));
    for (const [id, item] of this.#items) {
      if (!there.has(id) && item.rev <= rev) {
        this.#items.set(id, { id, rev, gone: true });
        this.#tell(id);
      }
    }
    items.forEach(item => this.take(item));
    this.#outbox.heardAll().forEach(id => this.#tell(id));
  }

  /** The server will not have a change: the item is again what it was. */
  forget(change) {
    this.#outbox.forget(change);
    this.#tell(change.id);
  }

  #tell(id) {
    this.dispatchEvent(new CustomEvent('changed', { detail: id }));
  }
}
