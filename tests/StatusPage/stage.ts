import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '../../clients/javascript/node_modules/puppeteer-core';
import { freePort } from '../../clients/javascript/test/browser/halley';

const Built = fileURLToPath(new URL('../../artifacts/bin/Halley.Server/release/halley', import.meta.url));

/** The real server on ports of its own, and clients of it. */
export class Server {
  private process!: ChildProcess;
  private readonly sockets: Socket[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'halley-status-'));

  private constructor(
    readonly front: number,
    readonly admin: number,
  ) {}

  /** admin: further options of that section; more: other sections. */
  static async create(admin: object = {}, more: object = {}): Promise<Server> {
    if (!existsSync(Built))
      throw new Error(`${Built} is not there. In the repository's root: dotnet build -c Release src/Halley.Server`);
    const server = new Server(await freePort(), await freePort());
    writeFileSync(
      join(server.folder, 'halley.json'),
      JSON.stringify({
        logger: { level: 'error', output: 'halley.log' },
        admin: { listen: `127.0.0.1:${server.admin}`, ...admin },
        front: { listen: `127.0.0.1:${server.front}`, channel_buffer_size: 100, channel_timeout: 600 },
        ...more,
      }),
    );
    server.process = spawn(Built, [join(server.folder, 'halley.json')], { stdio: 'ignore' });
    await until(
      'the server to listen',
      async () => (await fetch(`http://127.0.0.1:${server.admin}/health/ready`).catch(() => null))?.ok ?? false,
    );
    return server;
  }

  get page(): string {
    return `http://127.0.0.1:${this.admin}/status/`;
  }

  async ask(command: string, argument: object = {}, key?: string): Promise<Record<string, unknown>> {
    const answer = await fetch(`http://127.0.0.1:${this.admin}/api/${command}`, {
      method: 'POST',
      body: JSON.stringify(argument),
      headers: key ? { Authorization: `Bearer ${key}` } : {},
    });
    return (await answer.json()) as Record<string, unknown>;
  }

  /** A subscriber that reads, or one that does not. Returns once its answer has begun. */
  async subscribe(target: string, reads = true, fields = ''): Promise<Socket> {
    const socket = connect(this.front, '127.0.0.1');
    this.sockets.push(socket);
    socket.on('error', () => {});
    socket.write(`GET ${target} HTTP/1.1\r\nHost: halley\r\n${fields}\r\n`);
    await once(socket, 'data');
    if (reads) socket.resume();
    else socket.pause();
    return socket;
  }

  webSocket(channel: string): Promise<Socket> {
    return this.subscribe(
      `/ws?cname=${channel}&seq=0`,
      true,
      'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
    );
  }

  /** A poll that waits: nothing is answered until there is something. */
  poll(channel: string): Socket {
    const socket = connect(this.front, '127.0.0.1');
    this.sockets.push(socket);
    socket.on('error', () => {}).resume();
    socket.write(`GET /poll?cname=${channel}&seq=1 HTTP/1.1\r\nHost: halley\r\n\r\n`);
    return socket;
  }

  async dispose(): Promise<void> {
    this.sockets.forEach(socket => socket.destroy());
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const exit = once(this.process, 'exit');
      this.process.kill('SIGKILL');
      await exit;
    }
    rmSync(this.folder, { recursive: true, force: true });
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

/** Waits until the page says something anywhere in it. */
export const says = (page: Page, text: string, within = 'body') =>
  until(
    `"${text}"`,
    async () =>
      (await page.evaluate(
        `(document.querySelector(${JSON.stringify(within)})?.textContent ?? '').includes(${JSON.stringify(text)})`,
      )) as boolean,
    () => page.evaluate('document.body.innerText'),
  );

/** Opens a section, without loading the page again. */
export async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await until(hash, async () => (await page.evaluate('location.hash')) === hash);
}
