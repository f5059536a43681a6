import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const Built = fileURLToPath(new URL('../../../../artifacts/bin/Halley.Server/release/halley', import.meta.url));

/** The real server, which can be killed and started again at the same addresses. */
export class Halley {
  private process: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'halley-client-'));

  private constructor(
    readonly front: number,
    readonly admin: number,
    frontSettings: object,
    more: object,
  ) {
    writeFileSync(
      join(this.folder, 'halley.json'),
      JSON.stringify({
        logger: { level: 'warn', output: 'halley.log' },
        admin: { listen: `127.0.0.1:${admin}` },
        front: {
          listen: `127.0.0.1:${front}`,
          channel_buffer_size: 1000,
          channel_timeout: 600,
          polling_timeout: 10,
          ...frontSettings,
        },
        engine: { reactors: 1 },
        ...more,
      }),
    );
  }

  /** front: options of its section front; more: other sections. */
  static async create(front: object = {}, more: object = {}): Promise<Halley> {
    if (!existsSync(Built))
      throw new Error(`${Built} is not there. In the repository's root: dotnet build -c Release src/Halley.Server`);
    const halley = new Halley(await freePort(), await freePort(), front, more);
    await halley.start();
    return halley;
  }

  async start(): Promise<void> {
    this.process = spawn(Built, [join(this.folder, 'halley.json')], { stdio: 'ignore', env: cleanEnvironment() });
    const child = this.process;
    for (let i = 0; i < 600; i++) {
      if (child.exitCode !== null) throw new Error(`halley ended with ${child.exitCode}`);
      try {
        if ((await fetch(`http://127.0.0.1:${this.admin}/info`)).ok) return;
      } catch {
        /* not yet */
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error('halley did not start within 30 seconds');
  }

  /** As a power cut does it. */
  async kill(): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async publish(channel: string, content: string): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${this.admin}/push`, {
      method: 'POST',
      body: new URLSearchParams({ cname: channel, content }),
    });
    if (!answer.ok) throw new Error(`/push answered ${answer.status}`);
    await answer.text();
  }

  /** Returns once somebody follows the channel. */
  async followed(channel: string): Promise<void> {
    for (let i = 0; i < 600; i++) {
      const info = (await (await fetch(`http://127.0.0.1:${this.admin}/info?cname=${channel}`)).json()) as {
        subscribers: number;
      };
      if (info.subscribers > 0) return;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error(`nobody follows ${channel} within 30 seconds`);
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * A port that the kernel gives to nobody by itself, so that it is still free when a server that was killed comes back.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; ; tries++) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createServer();
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      server.close();
      await once(server, 'close');
      return port;
    } catch (error) {
      if (tries === 100) throw error;
    }
  }
}

/** Variables with the server's name configure it; here the file alone does. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HALLEY_')));
}
