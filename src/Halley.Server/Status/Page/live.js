import { follow, key, Refused } from './api.js';

/** As many samples, one a second, as a chart shows. */
export const Span = 300;
const MostIncidents = 500;

/** What the server says of itself each second, and who wants to know. */
export const live = { hello: null, samples: [], incidents: [], missed: 0, nodes: null, state: 'connecting' };
const listeners = new Set();

/** Calls it with every change until the function is called that it returns. */
export function onLive(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const tell = () => listeners.forEach(listener => listener());

function hear(message) {
  if (message.hello) {
    live.hello = message.hello;
    live.samples = message.hello.samples;
  } else {
    live.samples.push(message);
    if (live.samples.length > Span + 1) live.samples.shift();
    live.incidents.unshift(...message.incidents.slice().reverse());
    live.incidents.length = Math.min(live.incidents.length, MostIncidents);
    live.missed += message.more;
    live.nodes = message.nodes ?? live.nodes;
  }
  live.state = 'live';
  tell();
}

/** Follows the server for good. askForKey: resolves when the operator has typed one. */
export async function run(askForKey) {
  for (let wait = 500; ; wait = Math.min(wait * 2, 10_000)) {
    try {
      await follow('stream', message => {
        wait = 500;
        hear(message);
      });
    } catch (error) {
      if (error instanceof Refused && error.status === 401) {
        live.state = 'key';
        tell();
        await askForKey(key.get() !== null);
        wait = 250;
        continue;
      }
      live.reason = error instanceof Refused ? error.message : null;
    }
    live.state = 'gone';
    tell();
    await new Promise(resolve => setTimeout(resolve, wait));
  }
}

/** The last value of an instrument: all of it, or of one tag. */
export function now(instrument, tag) {
  return valueIn(live.samples.at(-1), instrument, tag);
}

export function valueIn(sample, instrument, tag) {
  const values = sample?.counts[instrument] ?? {};
  return tag === undefined ? Object.values(values).reduce((sum, value) => sum + value, 0) : (values[tag] ?? 0);
}

/** How much a sum of counters has grown in a second, for each sample but the first. */
export function rates(of) {
  return live.samples.slice(1).map((sample, i) => {
    const before = live.samples[i];
    return {
      time: sample.time,
      value: Math.max(0, ((of(sample) - of(before)) * 1000) / Math.max(1, sample.time - before.time)),
    };
  });
}

export const values = of => live.samples.map(sample => ({ time: sample.time, value: of(sample) }));

export const last = series => series.at(-1)?.value ?? 0;
