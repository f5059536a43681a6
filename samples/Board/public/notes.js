import { clamp, make } from './dom.js';

const [WIDTH, HEIGHT] = [190, 170];
const STEP = 20;
// While somebody writes, a change is sent so often, in milliseconds.
const PAUSE = 250;

/** The notes: written in, moved by pointer or arrow keys, removed. */
export class Notes {
  #layer;
  #model;
  #limits;
  #shown = new Map();
  #writers = new Map();
  #onWriting;
  #onRemove;

  /** @param on writing(id or null): this page's user writes in a note. remove(item). */
  constructor(layer, model, limits, on) {
    [this.#layer, this.#model, this.#limits] = [layer, model, limits];
    [this.#onWriting, this.#onRemove] = [on.writing, on.remove];
  }

  show(item) {
    const note = this.#shown.get(item.id) ?? this.#make(item);
    note.element.dataset.colour = item.colour;
    note.element.style.translate = `${item.x}px ${item.y}px`;
    // What somebody is writing here is sent soon, and stands over it then.
    if (note.timer === undefined && note.text.value !== item.text) {
      const { selectionStart: start, selectionEnd: end } = note.text;
      note.text.value = item.text;
      note.text.setSelectionRange(start, end);
    }
  }

  hide(id) {
    const note = this.#shown.get(id);
    if (note) {
      clearTimeout(note.timer);
      note.element.remove();
      this.#shown.delete(id);
    }
  }

  /** The place of a note that is to be at a point. */
  placeAt(x, y) {
    const { width, height } = this.#limits;
    return { x: clamp(x - WIDTH / 2, 0, width - WIDTH), y: clamp(y - STEP, 0, height - HEIGHT) };
  }

  /** A place in sight where no note is, or in its middle. */
  freePlace(view) {
    const [left, top] = [view.scrollLeft + STEP, view.scrollTop + STEP];
    for (let y = top; y + HEIGHT < top + view.clientHeight - 4 * STEP; y += HEIGHT + STEP) {
      for (let x = left; x + WIDTH < left + view.clientWidth - STEP; x += WIDTH + STEP) {
        if (!this.#items().some(one => Math.abs(one.x - x) < WIDTH && Math.abs(one.y - y) < HEIGHT)) {
          return { x, y };
        }
      }
    }
    return this.placeAt(view.scrollLeft + view.clientWidth / 2, view.scrollTop + view.clientHeight / 3);
  }

  /** Where none is in sight, the first one is looked for. */
  bringIntoView(view) {
    const isSeen = ({ x, y }) => x + WIDTH / 2 < view.clientWidth && y + HEIGHT / 2 < view.clientHeight;
    const [first] = this.#items();
    if (first && !this.#items().some(isSeen)) {
      view.scrollTo(first.x - STEP, first.y - STEP);
    }
  }

  focus(id) {
    this.#shown.get(id)?.text.focus();
  }

  /** Somebody else writes in a note, or stops (null). Two at once would undo each other's words. */
  writes(client, name, id) {
    const before = this.#writers.get(client)?.id;
    if (id) {
      this.#writers.set(client, { id, name });
    } else {
      this.#writers.delete(client);
    }
    [before, id].filter(Boolean).forEach(one => this.#showWriter(one));
  }

  #items() {
    return [...this.#shown.keys()].map(id => this.#model.get(id));
  }

  #showWriter(id) {
    const note = this.#shown.get(id);
    if (note) {
      const writer = [...this.#writers.values()].find(one => one.id === id);
      note.writer.textContent = writer ? `${writer.name} is writing…` : '';
      note.text.readOnly = writer !== undefined && document.activeElement !== note.text;
    }
  }

  #make({ id, by }) {
    const grip = make('button', {
      className: 'grip',
      type: 'button',
      title: 'Move',
      'aria-label': `Move the note by ${by}: drag it, or use the arrow keys`,
    });
    const remove = make('button', { className: 'remove', type: 'button', title: 'Remove', textContent: '×' });
    remove.setAttribute('aria-label', `Remove the note by ${by}`);
    const text = make('textarea', { maxLength: this.#limits.text, 'aria-label': `Note by ${by}`, spellcheck: false });
    const writer = make('p', { className: 'writer' });
    const author = make('span', { className: 'by', textContent: by });
    const element = make('article', { className: 'note' }, grip, author, remove, text, writer);
    element.dataset.id = id;
    const note = { element, text, writer, timer: undefined };
    this.#shown.set(id, note);
    this.#layer.append(element);
    this.#listen(id, note, grip, remove);
    this.#showWriter(id);
    return note;
  }

  #listen(id, note, grip, remove) {
    const { text } = note;
    const save = () => {
      clearTimeout(note.timer);
      note.timer = undefined;
      if (this.#model.get(id) && this.#model.get(id).text !== text.value) {
        this.#model.change(id, { text: text.value });
      }
    };
    text.addEventListener('input', () => {
      note.timer ??= setTimeout(save, PAUSE);
    });
    text.addEventListener('focus', () => this.#onWriting(id));
    text.addEventListener('blur', () => {
      save();
      this.#onWriting(null);
    });
    addEventListener('pagehide', () => this.#shown.get(id) === note && save());
    remove.addEventListener('click', () => {
      save();
      this.#onRemove(this.#model.get(id));
    });
    grip.addEventListener('keydown', event => {
      const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
      if (by) {
        event.preventDefault();
        const { x, y } = this.#model.get(id);
        this.#move(id, x + by[0], y + by[1]);
      }
    });
    grip.addEventListener('pointerdown', event => this.#drag(id, grip, event));
  }

  #drag(id, grip, down) {
    const { x, y } = this.#model.get(id);
    grip.setPointerCapture(down.pointerId);
    const move = event => this.#move(id, x + event.pageX - down.pageX, y + event.pageY - down.pageY);
    grip.addEventListener('pointermove', move);
    const end = () => grip.removeEventListener('pointermove', move);
    grip.addEventListener('pointerup', end, { once: true });
    grip.addEventListener('pointercancel', end, { once: true });
  }

  #move(id, x, y) {
    const { width, height } = this.#limits;
    this.#model.change(id, { x: clamp(x, 0, width - WIDTH), y: clamp(y, 0, height - HEIGHT) });
  }
}
