import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// What a port that is taken costs at most: one try a second.
const PAUSE = 1_000;

const BUILT = fileURLToPath(new URL('../../../artifacts/bin/Halley.Server/release/halley', import.meta.url));

/**
 * Halley as a child: started again when it ends, and ended with us, also when we are killed (setpriv has the kernel do
 * that). Its configuration is halley.json, with the addresses that were chosen.
 */
export class HalleyProcess {
  #child;
  #isOver = false;

  constructor(listen, hooksPort, folder) {
    const settings = JSON.parse(readFileSync(new URL('../halley.json', import.meta.url)));
    settings.storage.path = join(folder, 'halley');
    settings.listeners[0].listen = listen;
    const text = JSON.stringify(settings, null, 2).replaceAll('127.0.0.1:8102', `127.0.0.1:${hooksPort}`);
    this.file = join(folder, 'halley.json');
    writeFileSync(this.file, text);
    this.#start();
  }

  stop() {
    this.#isOver = true;
    this.#child.kill('SIGTERM');
  }

  #start() {
    const program = process.env.HALLEY ?? (existsSync(BUILT) ? BUILT : 'halley');
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, 'serve', this.file], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#child.on('error', error => console.error(error.message));
    this.#child.on('close', code => {
      if (!this.#isOver) {
        console.error(`Halley has ended (${code ?? 'killed'}), and is started again.`);
        setTimeout(() => this.#isOver || this.#start(), PAUSE);
      }
    });
  }
}
