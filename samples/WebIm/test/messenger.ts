import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../../clients/javascript/test/browser/halley';
import { childrenOf } from '../../../clients/javascript/test/browser/processes';

const Built = fileURLToPath(new URL('../../../artifacts/bin/WebIm/release/WebIm', import.meta.url));

/**
 * The real messenger with its Halley, on ports of its own; each can be killed, the messenger also started again with
 * what it had stored.
 */
export class Messenger {
  private process: ChildProcess | undefined;
  private readonly data = mkdtempSync(join(tmpdir(), 'webim-'));

  private constructor(
    private readonly port: number,
    private readonly front: number,
    private readonly admin: number,
    private readonly more: string[],
  ) {}

  /** more: options beside the addresses. halley: one that runs already, instead of its own. */
  static async create(more: string[] = [], halley?: { front: number; admin: number }): Promise<Messenger> {
    if (!existsSync(Built))
      throw new Error(`${Built} is not there. In the repository's root: dotnet build -c Release samples/WebIm`);
    const messenger = new Messenger(
      await freePort(),
      halley?.front ?? (await freePort()),
      halley?.admin ?? (await freePort()),
      [...more, ...(halley ? ['--halley:running', 'true'] : [])],
    );
    await messenger.start();
    return messenger;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const child = spawn(
      Built,
      [
        '--listen',
        this.address,
        '--data',
        this.data,
        '--signInsPerMinute',
        '1000',
        '--writesPerSecond',
        '100',
        '--halley:front',
        `127.0.0.1:${this.front}`,
        '--halley:admin',
        `127.0.0.1:${this.admin}`,
        '--halley:channelTimeout',
        '00:00:02',
        ...this.more,
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    this.process = child;
    await until('the messenger to answer', async () => {
      if (child.exitCode !== null) throw new Error(`the messenger ended with ${child.exitCode}`);
      return (await fetch(`${this.address}/api/me`).catch(() => null))?.status === 401;
    });
  }

  /** As a power cut does it. Halley ends with it. */
  async kill(): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  /** Kills the Halley that runs now; returns once there is another one. */
  async killHalley(): Promise<void> {
    const killed = await this.halley();
    process.kill(killed, 'SIGKILL');
    await until('another Halley', async () => {
      const other = childrenOf(this.process!.pid!)[0];
      return other !== undefined && other !== killed && (await this.answers());
    });
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  private async halley(): Promise<number> {
    await until('Halley to answer', () => this.answers());
    return childrenOf(this.process!.pid!)[0];
  }

  private async answers(): Promise<boolean> {
    return (await fetch(`http://127.0.0.1:${this.admin}/info`).catch(() => null))?.ok ?? false;
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
