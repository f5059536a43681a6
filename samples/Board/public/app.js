import { Hands } from './hands.js';
import { Live } from './live.js';
import { Model } from './model.js';
import { Notes } from './notes.js';
import { Outbox } from './outbox.js';
import { People } from './people.js';
import { randomId } from './random.js';
import { Strokes } from './strokes.js';

const { halley, limits } = JSON.parse(document.documentElement.dataset.settings);
const $ = id => document.getElementById(id);
const [view, surface] = [$('view'), $('surface')];

// The board stands in the address: /#plans
const board = /^[a-z0-9-]{1,40}$/.test(location.hash.slice(1)) ? location.hash.slice(1) : 'lobby';
addEventListener('hashchange', () => location.reload());
document.title = `${board} · Board`;
$('board').textContent = board;

/** Who one is, in this browser; asked where nobody has said so. */
function person() {
  const [me, name] = [localStorage.getItem('board.me'), localStorage.getItem('board.name')];
  return me && name ? { me, name, colour: parseInt(me.slice(0, 4), 16) % limits.colours } : null;
}

function askWho() {
  $('who').showModal();
}

$('who').addEventListener('cancel', event => person() || event.preventDefault());
$('who').addEventListener('close', () => {
  const name = $('name').value.trim();
  if (name) {
    localStorage.setItem('board.me', localStorage.getItem('board.me') ?? randomId());
    localStorage.setItem('board.name', name.slice(0, limits.name));
    location.reload();
  }
});
$('me').addEventListener('click', askWho);

function begin(who) {
  const undo = [];
  let colour = who.colour;
  $('me').textContent = who.name;
  $('name').value = who.name;
  const outbox = new Outbox(board);
  const model = new Model(outbox);
  const address = `${location.protocol}//${location.hostname}:${halley}`;
  const live = new Live({ address, name: board, person: who, model, outbox });

  const strokes = new Strokes($('strokes'), limits);
  const notes = new Notes($('notes'), model, limits, {
    writing: id => hands.write(id),
    remove: item => {
      model.remove(item.id);
      did(() => add({ kind: 'note', by: item.by, x: item.x, y: item.y, text: item.text, colour: item.colour }));
      say('The note is removed. Undo brings it back.');
    },
  });
  const hands = new Hands($('hands'), live, notes, surface);
  new People($('people'), live, say);

  model.addEventListener('changed', ({ detail: id }) => show(id));
  const show = id => {
    const item = model.get(id);
    if (item) {
      (item.kind === 'note' ? notes : strokes).show(item);
    } else {
      notes.hide(id);
      strokes.hide(id);
    }
    $('empty').hidden = [...model.ids()].some(one => model.get(one));
  };
  // What waited since the page was here last.
  model.ids().forEach(show);

  live.addEventListener('refused', ({ detail }) => say(detail));
  let isFirst = true;
  live.addEventListener('state', () => {
    if (live.isLive && isFirst) {
      isFirst = false;
      notes.bringIntoView(view);
    }
    document.body.dataset.live = live.isLive;
    document.body.dataset.waiting = outbox.size;
    const waits = outbox.size > 0 && !live.isLive ? ` ${outbox.size} to send.` : '';
    const state = live.isLive ? 'Live' : `Connecting… What you do is kept.${waits}`;
    if ($('state').textContent !== state) {
      $('state').textContent = state;
    }
  });

  function add(item) {
    const id = randomId();
    model.change(id, item);
    return id;
  }

  function did(back) {
    undo.push(back);
    $('undo').disabled = false;
  }

  function addNote(at) {
    notes.focus(add({ kind: 'note', by: who.name, text: '', colour, ...at }));
  }

  $('add').addEventListener('click', () => addNote(notes.freePlace(view)));
  surface.addEventListener('dblclick', event => {
    if (event.target === surface && !isDrawing()) {
      addNote(notes.placeAt(event.offsetX, event.offsetY));
    }
  });

  const isDrawing = () => $('draw').getAttribute('aria-pressed') === 'true';
  $('draw').addEventListener('click', () => {
    $('draw').setAttribute('aria-pressed', !isDrawing());
    surface.classList.toggle('drawing', isDrawing());
  });
  strokes.listen(surface, isDrawing, () => colour, points => {
    const id = add({ kind: 'stroke', by: who.name, points, colour });
    did(() => model.remove(id));
  });
  $('undo').addEventListener('click', () => {
    undo.pop()?.();
    $('undo').disabled = undo.length === 0;
  });
  for (const choice of document.querySelectorAll('[name=colour]')) {
    choice.checked = Number(choice.value) === colour;
    choice.addEventListener('change', () => (colour = Number(choice.value)));
  }
}

let quiet;
function say(text) {
  $('said').textContent = text;
  clearTimeout(quiet);
  quiet = setTimeout(() => ($('said').textContent = ''), 6_000);
}

const who = person();
if (who) {
  begin(who);
} else {
  askWho();
}
