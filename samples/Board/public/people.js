import { make } from './dom.js';

// More are a number.
const SHOWN = 5;

/** Who is there, each once, however many tabs they have. */
export class People {
  #list;
  #say;
  #clients = new Map();

  constructor(list, live, say) {
    [this.#list, this.#say] = [list, say];
    live.addEventListener('present', ({ detail }) => {
      this.#clients = new Map(detail.map(info => [info.client, info]));
      this.#show();
    });
    live.addEventListener('join', ({ detail }) => this.#change(detail, true));
    live.addEventListener('leave', ({ detail }) => this.#change(detail, false));
  }

  #change(info, isThere) {
    const before = this.#people().has(info.user);
    if (isThere) {
      this.#clients.set(info.client, info);
    } else {
      this.#clients.delete(info.client);
    }
    this.#show();
    const after = this.#people().has(info.user);
    if (before !== after) {
      this.#say(`${nameOf(info)} ${after ? 'is here' : 'has left'}`);
    }
  }

  #people() {
    return new Map([...this.#clients.values()].map(info => [info.user, info]));
  }

  #show() {
    const people = [...this.#people().values()].sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
    const more = people.slice(SHOWN);
    this.#list.replaceChildren(
      ...people.slice(0, SHOWN).map(info => avatar(nameOf(info), initials(nameOf(info)), info.connInfo?.colour ?? 0)),
      ...(more.length > 0 ? [avatar(more.map(nameOf).join(', '), `+${more.length}`, 0)] : []),
    );
  }
}

function avatar(name, text, colour) {
  const item = make('li', { title: name }, make('span', { 'aria-hidden': 'true', textContent: text }));
  item.dataset.colour = colour;
  item.append(make('span', { className: 'unseen', textContent: name }));
  return item;
}

const nameOf = info => info.connInfo?.name ?? 'Somebody';
const initials = name => name.split(/\s+/).slice(0, 2).map(word => [...word][0]).join('').toUpperCase();
