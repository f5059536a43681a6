import { make } from './dom.js';

// A hand is told at most so often, and again while it rests, so that those who come later see it.
const PAUSE = 60;
const AGAIN = 4_000;
// One that nothing was heard of for so long is gone.
const FORGOTTEN = 10_000;

/** Where the others point, and in which note they write; and telling them the same of us. */
export class Hands {
  #layer;
  #live;
  #notes;
  #shown = new Map();
  #own = {};
  #timer;

  constructor(layer, live, notes, surface) {
    [this.#layer, this.#live, this.#notes] = [layer, live, notes];
    live.addEventListener('hand', ({ detail }) => this.#see(detail));
    live.addEventListener('leave', ({ detail }) => this.#forget(detail.client));
    surface.addEventListener('pointermove', event => {
      const { left, top } = surface.getBoundingClientRect();
      this.#tell({ at: [Math.round(event.clientX - left), Math.round(event.clientY - top)] });
    });
    surface.addEventListener('pointerleave', () => this.#tell({ at: undefined }));
    setInterval(() => this.#own.writes && this.#tell({}), AGAIN);
  }

  /** @param id The note that our user writes in; null for none. */
  write(id) {
    this.#tell({ writes: id ?? undefined });
  }

  #tell(what) {
    Object.assign(this.#own, what);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#live.point(this.#own);
    }, PAUSE);
  }

  // What others say of themselves is looked at here: nobody else does.
  #see({ info, data }) {
    if (!info || info.client === this.#live.client || typeof data !== 'object' || !data) {
      return;
    }
    const hand = this.#shown.get(info.client) ?? this.#make(info);
    const at = Array.isArray(data.at) && data.at.every(Number.isFinite) ? data.at : null;
    hand.element.hidden = !at;
    if (at) {
      hand.element.style.translate = `${at[0]}px ${at[1]}px`;
    }
    this.#notes.writes(info.client, nameOf(info), typeof data.writes === 'string' ? data.writes : null);
    clearTimeout(hand.timer);
    hand.timer = setTimeout(() => this.#forget(info.client), FORGOTTEN);
  }

  #make(info) {
    const element = make('div', { className: 'hand', textContent: nameOf(info) });
    element.dataset.colour = info.connInfo?.colour ?? 0;
    this.#layer.append(element);
    const hand = { element, timer: undefined };
    this.#shown.set(info.client, hand);
    return hand;
  }

  #forget(client) {
    const hand = this.#shown.get(client);
    if (hand) {
      clearTimeout(hand.timer);
      hand.element.remove();
      this.#shown.delete(client);
      this.#notes.writes(client, '', null);
    }
  }
}

const nameOf = info => info.connInfo?.name ?? 'Somebody';
