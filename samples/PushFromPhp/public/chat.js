'use strict';

const messages = document.getElementById('messages');
const mistake = document.getElementById('mistake');
const form = document.getElementById('say');
const { name, text } = form.elements;
let lastId = 0;

// A message comes once, whether the page had it, the comet server says it, or it was fetched.
function show(message) {
  if (message.id <= lastId) return;
  const item = document.createElement('li');
  item.append(
    element('b', message.name),
    ' ',
    stamp(document.createElement('time'), message.time),
    element('p', message.text),
  );
  messages.append(item);
  lastId = message.id;
  item.scrollIntoView({ block: 'end' });
}

// Text, never markup.
function element(tag, content) {
  const made = document.createElement(tag);
  made.textContent = content;
  return made;
}

function stamp(time, seconds) {
  const date = new Date(seconds * 1000);
  time.dateTime = date.toISOString();
  time.textContent = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return time;
}

// Messages were missed: the chat's own store has them.
async function catchUp() {
  try {
    const answer = await fetch('/history.php?after=' + lastId);
    if (answer.ok) (await answer.json()).forEach(show);
  } catch {
    // The site is not there; whatever comes next tells of the gap again.
  }
}

async function say() {
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    const { error = '' } = await answer.json();
    mistake.textContent = error;
    if (!answer.ok) return;
    text.value = '';
    if (answer.status === 202) await catchUp();
  } catch {
    mistake.textContent = 'The site does not answer. What you wrote is still here: please try again.';
  }
}

form.addEventListener('submit', event => {
  event.preventDefault();
  say();
});
text.addEventListener('keydown', event => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
name.addEventListener('input', () => sessionStorage.setItem('name', name.value));
name.value = sessionStorage.getItem('name') || '';

for (const item of messages.children) {
  stamp(item.querySelector('time'), Number(item.dataset.time));
  lastId = Number(item.dataset.id);
}
messages.lastElementChild?.scrollIntoView({ block: 'end' });

// As pages for iComet have it; onGap and onReset are the drop-in's own.
new iComet({
  channel: 'lobby',
  signUrl: '/sign.php',
  subUrl: '/icomet/sub',
  callback(content) {
    const message = JSON.parse(content);
    // A number was left out: somebody's push did not get through.
    if (message.id > lastId + 1) catchUp();
    else show(message);
  },
  onGap: catchUp,
  onReset: catchUp,
});
