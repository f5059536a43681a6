import { load, save, type Store } from './store.js';
import type { Transport } from './transports/transport.js';

/** How often a transport that worked is tried again before another one is. */
const Trust = 3;

// What worked for whom, as long as this page lives; the store keeps it over a reload.
const remembered: { [origin: string]: string } = {};

/** The transports from best to last, and which of them is to be tried next. */
export class Ladder {
  private at = 0;
  private failures = 0;
  private proven = false;

  constructor(
    private readonly rungs: Transport[],
    private readonly origin: string,
    private readonly store: Store | null,
  ) {
    const name = remembered[origin] || load(store, key(origin));
    for (let i = 0; i < rungs.length; i++) {
      if (rungs[i].name === name) {
        this.at = i;
        this.proven = true;
      }
    }
  }

  get current(): Transport {
    return this.rungs[this.at];
  }

  /** Those above the current one, best first. */
  get better(): Transport[] {
    return this.rungs.slice(0, this.at);
  }

  /** The transport opened. It is the current one from now on. */
  opened(transport: Transport): void {
    const at = this.rungs.indexOf(transport);
    if (at !== this.at) this.failures = 0;
    this.at = at;
    this.proven = true;
    remembered[this.origin] = transport.name;
    save(this.store, key(this.origin), transport.name);
  }

  /** It was open for long enough to be trusted. */
  lasted(): void {
    this.failures = 0;
  }

  /**
   * The current one failed. silent: the server never said a word, as behind a proxy that buffers; so no other stream is
   * tried.
   * Returns whether to wait before the next try.
   */
  failed(silent: boolean): boolean {
    if (this.proven && ++this.failures < Trust) return true;
    this.failures = 0;
    this.proven = false;
    const frames = this.current.name === 'websocket'; // a proxy that knows no WebSocket may well stream
    do this.at++;
    while (silent && !frames && this.current && this.current.streams);
    if (this.current) return false;
    this.at = 0;
    return true;
  }
}

function key(origin: string): string {
  return 'halley:via:' + origin;
}
