/**
 * Makes an element. Everything that a name, a user or a message says becomes a text node or an attribute's value: there
 * is no innerHTML in this page, and its Content-Security-Policy would not let one run.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  return add(element, children);
}

export function add(element, children) {
  for (const child of children.flat(Infinity)) if (child != null && child !== false) element.append(child);
  return element;
}

/** Puts other children in the place of those that an element has. */
export function fill(element, ...children) {
  element.replaceChildren();
  return add(element, children);
}

export function svg(tag, properties = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
  return add(element, children);
}

let fields = 0;

/** An input with its label. */
export function field(label, properties = {}, tag = 'input') {
  const id = `field-${++fields}`;
  const input = h(tag, { id, autocomplete: 'off', spellcheck: 'false', ...properties });
  return { input, label: h('label', { class: 'field', for: id }, label, input) };
}

export function select(label, options) {
  const { input, label: element } = field(label, {}, 'select');
  add(
    input,
    options.map(([value, text]) => h('option', { value }, text)),
  );
  return { input, label: element };
}

/**
 * A table. columns: { title, class, sort }; rows: lists of cells. On a phone each row is a block, and each cell says
 * its title.
 */
export function table(caption, columns, rows, sorting) {
  const head = columns.map(({ title, class: type, sort }) => {
    const direction = sort && sorting?.by === sort ? sorting.direction : null;
    return h(
      'th',
      { scope: 'col', class: type === 'number' && 'number', 'aria-sort': direction },
      sort ? h('button', { type: 'button', onclick: () => sorting.choose(sort) }, title) : title,
    );
  });
  const body = rows.map(cells =>
    h(
      'tr',
      {},
      cells.map((cell, i) => h('td', { class: columns[i].class, 'data-label': columns[i].title || null }, cell)),
    ),
  );
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    h(
      'table',
      { class: 'stacked' },
      h('caption', { class: 'hidden' }, caption),
      h('thead', {}, h('tr', {}, head)),
      h('tbody', {}, body),
    ),
  );
}

export function figures(pairs) {
  return h(
    'dl',
    { class: 'figures' },
    pairs.map(([term, value, small]) => h('div', {}, h('dt', {}, term), h('dd', { class: small && 'small' }, value))),
  );
}

export function problem(error) {
  return h('p', { class: 'problem', role: 'alert' }, error.message ?? String(error));
}

/** Asks before something that cannot be taken back. */
export function confirm(question, verb) {
  return new Promise(resolve => {
    const dialog = h(
      'dialog',
      {
        'aria-labelledby': 'question',
        onclose: () => {
          dialog.remove();
          resolve(dialog.returnValue === 'yes');
        },
      },
      h(
        'form',
        { method: 'dialog' },
        h('h2', { id: 'question', class: 'cut' }, question),
        h(
          'div',
          { class: 'row' },
          h('button', { value: 'yes', class: 'danger' }, verb),
          h('button', { value: 'no', class: 'quiet' }, 'Cancel'),
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
