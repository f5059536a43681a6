// The little that is needed to make a page out of data. Text is always text: markup in it is shown, never run.

/** An element: h('button', { class: 'send', onclick: send, disabled: false }, 'Send'). */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * Makes these the children of the parent, in this order, and touches only what is not so already: focus and scrolling
 * stay.
 */
export function arrange(parent, nodes) {
  let at = parent.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** Keeps what was made for each key, and makes it anew only when what it shows has changed. */
export class NodeCache {
  #known = new Map();

  get(key, shown, make) {
    const version = JSON.stringify(shown);
    const known = this.#known.get(key);
    if (known && known.version === version) return known.node;
    const node = make();
    this.#known.set(key, { version, node });
    return node;
  }

  clear() {
    this.#known.clear();
  }
}

const Icons = {
  bell: 'M6 17v-6a6 6 0 1 1 12 0v6l2 2H4zM10 21.500h4',
  back: 'M15 5l-7 7 7 7',
  send: 'M4 12l16-8-6 16-3-7z',
  person: 'M10 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM3 21c0-4 3-7 7-7s7 3 7 7M19 8v6M16 11h6',
  group:
    'M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21c0-4 3-7 7-7s7 3 7 7' +
    'M16 3.500a4 4 0 0 1 0 7M18 14.500c2.500 1 4 3.500 4 6.500',
  out: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
  down: 'M6 10l6 6 6-6',
  sent: 'M5 13l4 4L19 7',
  read: 'M2 13l4 4L15 7M11 16l1 1L22 7',
  waiting: 'M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  close: 'M6 6l12 12M18 6L6 18',
};

export function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const path = fill(document.createElementNS(space, 'path'), { d: Icons[name] }, []);
  return fill(document.createElementNS(space, 'svg'), { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' }, [
    path,
  ]);
}

/** Text that only a screen reader says. */
export function unseen(text) {
  return h('span', { class: 'unseen' }, text);
}

export function announce(text) {
  document.getElementById('announcer').textContent = text;
}
