import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

// So many changes are recognized when they are sent again.
const REMEMBERED = 5_000;

/**
 * What is on the boards, in a file: a line of JSON for each change, which is on the disk before it counts. An item has
 * an id, the number of its last change (rev), and what the page draws.
 */
export class Store {
  #file;
  #boards = new Map();
  #changes = new Set();
  #rev = 0;

  constructor(path) {
    mkdirSync(dirname(path), { recursive: true });
    for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []) {
      // A line that a crash has cut off was promised to nobody.
      if (line.endsWith('}')) {
        const { board, item } = JSON.parse(line);
        this.#take(board, item);
      }
    }
    this.#begin(path);
  }

  /** The number of the last change, on any board. */
  get rev() {
    return this.#rev;
  }

  /** The items of a board, those that were changed last at the end. */
  items(board) {
    return [...this.#of(board).values()].sort((one, other) => one.rev - other.rev);
  }

  item(board, id) {
    return this.#of(board).get(id);
  }

  /** Whether this change is here already. */
  knows(change) {
    return this.#changes.has(change);
  }

  /** Keeps an item as it is after a change; returns it with its number. */
  put(board, item) {
    const kept = { ...item, rev: this.#rev + 1 };
    this.#write(board, kept);
    this.#take(board, kept);
    return kept;
  }

  close() {
    closeSync(this.#file);
  }

  // Anew, without what has changed since. After a crash meanwhile the old file is there, or the new one.
  #begin(path) {
    this.#file = openSync(`${path}.new`, 'w');
    for (const board of this.#boards.keys()) {
      this.items(board).forEach(item => writeSync(this.#file, line(board, item)));
    }
    fsyncSync(this.#file);
    renameSync(`${path}.new`, path);
  }

  #write(board, item) {
    writeSync(this.#file, line(board, item));
    fsyncSync(this.#file);
  }

  #take(board, item) {
    this.#rev = Math.max(this.#rev, item.rev);
    if (item.gone) {
      this.#of(board).delete(item.id);
    } else {
      this.#of(board).set(item.id, item);
    }
    this.#changes.add(item.change);
    if (this.#changes.size > REMEMBERED) {
      this.#changes.delete(this.#changes.values().next().value);
    }
  }

  #of(board) {
    if (!this.#boards.has(board)) {
      this.#boards.set(board, new Map());
    }
    return this.#boards.get(board);
  }
}

const line = (board, item) => `${JSON.stringify({ board, item })}\n`;
