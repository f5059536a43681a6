import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../javascript/test/browser/halley';

const program = fileURLToPath(new URL('../../../artifacts/bin/Halley.Server/release/halley', import.meta.url));

export const secret = 'a secret of tests that is long enough';

/** Waits until something holds, and fails with its words where it never does. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    if (await holds()) {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error(`it never came to this: ${what}`);
}

/** A server in a process of its own, which can be killed and started again. */
export class Halley {
  readonly folder = mkdtempSync(join(tmpdir(), 'halley-centrifuge-'));
  private process?: ChildProcess;

  private constructor(
    private readonly admin: number,
    readonly port: number,
  ) {}

  /**
   * @param more Further sections of its halley.json.
   * @param endpoint Further options of its endpoint without tokens.
   */
  static async start(more: (folder: string) => object = () => ({}), endpoint: object = {}): Promise<Halley> {
    const server = new Halley(await freePort(), await freePort());
    const endpoints = [
      { location: '/connection/', kind: 'centrifugo', ...endpoint },
      { location: '= /emulation', kind: 'centrifugo', ...endpoint },
      { location: '/jwt/', kind: 'centrifugo', auth: 'jwt' },
    ];
    writeFileSync(
      join(server.folder, 'halley.json'),
      JSON.stringify({
        logger: { level: 'warn' },
        front: { listen: `127.0.0.1:${await freePort()}` },
        admin: { listen: `127.0.0.1:${server.admin}` },
        jwt: { secrets: [secret], clock_skew: 0 },
        namespaces: [{ prefix: 'who:', presence: 'anyone', join_leave: true }],
        listeners: [{ listen: `127.0.0.1:${server.port}`, endpoints }],
        ...more(server.folder),
      }),
    );
    await server.run();
    return server;
  }

  http(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  webSocket(path: string): string {
    return `ws://127.0.0.1:${this.port}${path}`;
  }

  /** Publishes as an iComet's back end does. */
  async push(channel: string, content: string): Promise<void> {
    const target = `http://127.0.0.1:${this.admin}/push?cname=${encodeURIComponent(channel)}`;
    const answer = await fetch(`${target}&content=${encodeURIComponent(content)}`);
    if (!answer.ok) {
      throw new Error(`push: ${answer.status} ${await answer.text()}`);
    }
  }

  /** Publishes by the HTTP API. */
  publish(message: { channel: string; [field: string]: unknown }): Promise<unknown> {
    return this.ask('publish', message);
  }

  /** Carries out a command of the HTTP API. */
  async ask(command: string, body: object): Promise<unknown> {
    const answer = await fetch(`http://127.0.0.1:${this.admin}/api/${command}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!answer.ok) {
      throw new Error(`${command}: ${answer.status} ${await answer.text()}`);
    }
    return answer.json();
  }

  /** Kills it, as a crash does. */
  async kill(): Promise<void> {
    const ended = new Promise(resolve => this.process!.once('exit', resolve));
    this.process!.kill('SIGKILL');
    await ended;
  }

  async run(): Promise<void> {
    this.process = spawn(program, ['serve', join(this.folder, 'halley.json')], { stdio: 'ignore' });
    await until('the server is ready', async () => {
      try {
        return (
          (await fetch(`http://127.0.0.1:${this.admin}/health/ready`)).ok &&
          (await fetch(this.http('/connection/'))).status === 404
        );
      } catch {
        return false;
      }
    });
  }

  async dispose(): Promise<void> {
    if (this.process!.exitCode === null && this.process!.signalCode === null) {
      await this.kill();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
