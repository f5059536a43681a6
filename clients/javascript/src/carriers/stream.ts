import type { Line } from './line.js';

/** An answer that does not end, one message a line. */
export function openStream(url: string, line: Line): () => void {
  const abort = new AbortController();
  let closed = false;
  const end = () => {
    if (closed) return;
    closed = true;
    abort.abort();
    line.ended();
  };
  fetch(url, { signal: abort.signal, cache: 'no-store' })
    .then(response => {
      if (closed) return;
      if (!response.ok || !response.body) return end();
      line.opened();
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      let rest = '';
      const read = (): PromiseLike<void> =>
        reader.read().then(chunk => {
          if (closed) return;
          if (chunk.done) return end();
          const lines = (rest + decoder.decode(chunk.value, { stream: true })).split('\n');
          rest = lines.pop()!;
          for (let i = 0; i < lines.length && !closed; i++) {
            if (lines[i]) line.text(lines[i]);
          }
          return closed ? undefined : read();
        });
      return read();
    })
    .then(undefined, end);
  return () => {
    closed = true;
    abort.abort();
  };
}
