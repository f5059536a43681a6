import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../../clients/javascript/test/browser/halley';
import { childrenOf } from '../../../clients/javascript/test/browser/processes';

const Program = fileURLToPath(new URL('../server/main.js', import.meta.url));
const Built = fileURLToPath(new URL('../../../artifacts/bin/Halley.Server/release/halley', import.meta.url));

/** The real board with its Halley, on ports of its own; each can be killed, the board also started again. */
export class Board {
  private process!: ChildProcess;
  private readonly data = mkdtempSync(join(tmpdir(), 'board-'));

  private constructor(
    private readonly port: number,
    private readonly live: number,
  ) {}

  static async create(): Promise<Board> {
    if (!existsSync(Built))
      throw new Error(`${Built} is not there. In the repository's root: dotnet build -c Release src/Halley.Server`);
    const board = new Board(await freePort(), await freePort());
    await board.start();
    return board;
  }

  get address(): string {
    return `http://localhost:${this.port}/`;
  }

  async start(): Promise<void> {
    const addresses = { LISTEN: `127.0.0.1:${this.port}`, LIVE_LISTEN: `127.0.0.1:${this.live}`, DATA: this.data };
    this.process = spawn(process.execPath, [Program], { env: { ...process.env, ...addresses }, stdio: 'ignore' });
    await until('the board to answer', async () => (await fetch(this.address).catch(() => null))?.ok ?? false);
    await until('Halley to answer', () => this.halleyAnswers());
  }

  /** As a power cut does it. Halley ends with it. */
  async kill(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const exit = once(this.process, 'exit');
      this.process.kill('SIGKILL');
      await exit;
      await until('Halley to end', async () => !(await this.halleyAnswers()));
    }
  }

  /** Kills the Halley that runs now. The board starts another one. */
  killHalley(): void {
    process.kill(childrenOf(this.process.pid!)[0], 'SIGKILL');
  }

  /** What is on a board, as its server has it. */
  async items(name: string): Promise<Array<Record<string, unknown>>> {
    return ((await (await fetch(`${this.address}boards/${name}`)).json()) as { items: [] }).items;
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  private async halleyAnswers(): Promise<boolean> {
    return (await fetch(`http://127.0.0.1:${this.live}/`).catch(() => null)) !== null;
  }
}

/** Looks until it is so; fails after a minute, with what else there is to say. */
export async function until(
  what: string,
  isSo: () => Promise<boolean>,
  andSay: () => Promise<unknown> = async () => '',
): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`${what}: not within a minute. ${await andSay()}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
