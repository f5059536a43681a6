// What pages may say: who somebody is, and what a change of a board is. Everything else is refused in words.

export const LIMITS = { name: 24, text: 500, items: 500, points: 400, width: 2000, height: 1200, colours: 5 };

const CHANNEL = /^board:[a-z0-9-]{1,40}$/;
const ID = /^[a-zA-Z0-9-]{1,40}$/;

/** A mistake of a page's; its user reads the message. */
export class Refusal extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** The name of a board, which a channel has behind board: */
export function boardOf(channel) {
  need(CHANNEL.test(channel), 404, 'A board has a name of at most 40 letters (a to z), digits and hyphens.');
  return channel.slice('board:'.length);
}

/** Who somebody says to be: we believe it, for there is nothing to be had by it here. */
export function personOf(data) {
  need(ID.test(data?.me), 400, 'Who are you?');
  return { user: data.me, info: { name: nameOf(data.name), colour: whole(data.colour, 0, LIMITS.colours - 1) } };
}

/** The item that a change makes of the one that was there; of none, a new one. */
export function changed(item, change, count) {
  need(ID.test(change?.id) && ID.test(change?.change), 400, 'This is no change of a board.');
  if (change.gone) {
    return goneOf(change);
  }
  need(item || change.set?.kind, 404, 'That is no longer on the board.');
  need(item || count < LIMITS.items, 429, `A board has room for ${LIMITS.items} notes and strokes.`);
  const fields = fieldsOf(item?.kind ?? change.set.kind, change.set ?? {}, !item);
  return { ...item, id: change.id, change: change.change, ...fields };
}

/** An item that is no longer there. */
export function goneOf({ id, change }) {
  return { id, change, gone: true };
}

function fieldsOf(kind, set, isNew) {
  const fields = isNew ? { kind, by: nameOf(set.by) } : {};
  if (isNew || 'colour' in set) {
    fields.colour = whole(set.colour, 0, LIMITS.colours - 1);
  }
  if (kind === 'note') {
    if (isNew || 'text' in set) {
      need(typeof set.text === 'string', 400, 'This is no note.');
      need(set.text.length <= LIMITS.text, 413, `A note has room for ${LIMITS.text} letters.`);
      fields.text = set.text;
    }
    if (isNew || 'x' in set || 'y' in set) {
      fields.x = whole(set.x, 0, LIMITS.width);
      fields.y = whole(set.y, 0, LIMITS.height);
    }
    return fields;
  }
  need(kind === 'stroke' && isNew, 400, 'There are notes and strokes.');
  need(Array.isArray(set.points) && set.points.length % 2 === 0, 400, 'This is no stroke.');
  need(set.points.length >= 4 && set.points.length <= 2 * LIMITS.points, 413, 'This stroke is too long.');
  fields.points = set.points.map((at, i) => whole(at, 0, i % 2 === 0 ? LIMITS.width : LIMITS.height));
  return fields;
}

function nameOf(name) {
  need(typeof name === 'string' && name.trim().length > 0, 400, 'Who are you?');
  need(name.length <= LIMITS.name, 413, `A name has room for ${LIMITS.name} letters.`);
  return name.trim();
}

function whole(value, least, most) {
  need(Number.isInteger(value) && value >= least && value <= most, 400, `${least} to ${most} was expected.`);
  return value;
}

function need(holds, code, message) {
  if (!holds) {
    throw new Refusal(code, message);
  }
}
