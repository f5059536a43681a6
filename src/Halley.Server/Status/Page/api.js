const Place = 'halley.key';

/** The key that the operator typed; it lives as long as this tab. */
export const key = {
  get: () => sessionStorage.getItem(Place),
  set: value => sessionStorage.setItem(Place, value),
  forget: () => sessionStorage.removeItem(Place),
};

export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const headers = () => (key.get() ? { Authorization: `Bearer ${key.get()}` } : {});

async function refusal(answer) {
  const text = await answer.text();
  try {
    const { code, message } = JSON.parse(text).error;
    return new Refused(answer.status, code, message);
  } catch {
    return new Refused(answer.status, '', text.trim().slice(0, 300) || `The server says ${answer.status}.`);
  }
}

/** A command of the HTTP API. */
export async function ask(command, argument = {}) {
  const answer = await fetch(`../api/${command}`, {
    method: 'POST',
    headers: headers(),
    body: JSON.stringify(argument),
    cache: 'no-store',
  }).catch(() => {
    throw new Refused(0, 'gone', 'The server does not answer.');
  });
  if (!answer.ok) throw await refusal(answer);
  return answer.json();
}

/** Reads an event stream; EventSource could not show a key. Returns when it ends. */
export async function follow(address, hear, signal) {
  const answer = await fetch(address, { headers: headers(), signal, cache: 'no-store' });
  if (!answer.ok) throw await refusal(answer);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + value).split('\n\n');
    rest = events.pop();
    for (const event of events) {
      const data = event
        .split('\n')
        .filter(line => line.startsWith('data: '))
        .map(line => line.slice(6))
        .join('\n');
      if (data) hear(JSON.parse(data));
    }
  }
}
