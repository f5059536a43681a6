// The board: a site, the hooks that Halley asks, and Halley.
//   LISTEN=127.0.0.1:8090   where the page is served        LIVE_LISTEN=127.0.0.1:8101   where pages reach Halley
//   DATA=FOLDER             what is on the boards           HALLEY=PROGRAM               Halley, if not this checkout's
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HalleyProcess } from './halley.js';
import { hooks } from './hooks.js';
import { site } from './site.js';
import { Store } from './store.js';

const listen = process.env.LISTEN ?? '127.0.0.1:8090';
const liveListen = process.env.LIVE_LISTEN ?? '127.0.0.1:8101';
const data = process.env.DATA ?? fileURLToPath(new URL('../data', import.meta.url));

const [, host, port] = /^(.*):(\d+)$/.exec(listen);
mkdirSync(data, { recursive: true });
const store = new Store(join(data, 'boards.jsonl'));

// Only this machine asks the hooks, at a port that is free.
const asked = hooks(store).listen(0, '127.0.0.1');
await once(asked, 'listening');
const halley = new HalleyProcess(liveListen, asked.address().port, data);
const pages = site(store, Number(/\d+$/.exec(liveListen)[0])).listen(Number(port), host);
await once(pages, 'listening');
console.log(`The board is at http://${listen.replace('127.0.0.1', 'localhost')}/ (Ctrl-C stops it)`);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    halley.stop();
    process.exit(0);
  });
}
