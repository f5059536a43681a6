import { randomId } from './random.js';

/**
 * Changes on their way: in the order they were made, in the browser's storage until the server has them, so that a
 * reload, a closed tab or a dead server loses none. Each has a name, by which the server knows one that it is sent
 * twice: another tab sends what it finds here, too.
 */
export class Outbox {
  // Each with the change, and whether it is under way, or the server has it (and has not told it back yet).
  #entries = [];
  #prefix;

  constructor(board) {
    this.#prefix = `board.change.${board}.`;
    this.#entries = Object.keys(localStorage)
      .filter(key => key.startsWith(this.#prefix))
      .map(key => JSON.parse(localStorage.getItem(key)))
      .sort((one, other) => one.at - other.at)
      .map(change => ({ change, state: 'waiting' }));
  }

  /** How many the server does not have. */
  get size() {
    return this.#entries.filter(entry => entry.state !== 'kept').length;
  }

  ids() {
    return this.#entries.map(entry => entry.change.id);
  }

  /** @param set The fields that change; null: the item is removed. */
  add(id, set) {
    const last = this.#entries.findLast(entry => entry.change.id === id);
    const joins = last?.state === 'waiting' && !last.change.gone;
    const what = set ? { set: { ...(joins ? last.change.set : {}), ...set } } : { gone: true };
    if (joins) {
      this.#drop(last);
    }
    const change = { id, change: randomId(), at: Date.now(), ...what };
    this.#entries.push({ change, state: 'waiting' });
    this.#keep(change);
  }

  /** The next change to send, which is then under way; undefined where there is none. */
  next() {
    const entry = this.#entries.find(one => one.state === 'waiting');
    if (entry) {
      entry.state = 'sent';
    }
    return entry?.change;
  }

  /** It could not be sent: it is the next again. */
  failed(change) {
    const entry = this.#of(change);
    if (entry) {
      entry.state = 'waiting';
    }
  }

  /** The server has it. It is shown until it is told back. */
  kept(change) {
    localStorage.removeItem(this.#prefix + change.change);
    const entry = this.#of(change);
    if (entry) {
      entry.state = 'kept';
    }
  }

  forget(change) {
    this.#drop(this.#of(change));
  }

  /** A change was told back. */
  heard(name) {
    this.#drop(this.#entries.find(entry => entry.change.change === name));
  }

  /** All that the server had was told back. Returns the ids. */
  heardAll() {
    const kept = this.#entries.filter(entry => entry.state === 'kept');
    kept.forEach(entry => this.#drop(entry));
    return kept.map(entry => entry.change.id);
  }

  /** An item with the changes that are on their way. */
  over(id, item) {
    return this.#entries
      .filter(entry => entry.change.id === id)
      .reduce((so, { change }) => changed(so, change), item);
  }

  #of(change) {
    return this.#entries.find(entry => entry.change === change);
  }

  #keep(change) {
    try {
      localStorage.setItem(this.#prefix + change.change, JSON.stringify(change));
    } catch {
      // Full, or forbidden: then it is kept as long as the page.
    }
  }

  #drop(entry) {
    if (!entry) {
      return;
    }
    localStorage.removeItem(this.#prefix + entry.change.change);
    this.#entries.splice(this.#entries.indexOf(entry), 1);
  }
}

function changed(item, { id, gone, set }) {
  // A field of what is gone brings nothing back.
  return gone || (item.gone && !set.kind) ? { id, gone: true } : { ...item, ...set, gone: false };
}
