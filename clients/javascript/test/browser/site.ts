import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** The site that a page comes from. What is not its own it passes on to Halley, as a proxy does: well, or badly. */
export class Site {
  /** Answers are passed on when they are whole, not before. */
  buffers = false;
  /** A piece of an answer with this text in it is not passed on; once. */
  swallows = '';
  /** Pages by path (without the slash), beside those in the folder. */
  readonly pages = new Map<string, string>();
  /** Paths (without the slash) that are refused. */
  readonly refused = new Set<string>();
  /** What was asked, without parameters. */
  readonly asked: string[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Duplex>();

  private constructor(
    private readonly front: number,
    private readonly admin: number,
  ) {
    this.server = createServer((incoming, answer) => this.serve(incoming, answer));
    this.server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.upgrade(incoming, socket, head),
    );
    this.server.on('connection', socket => this.keep(socket));
  }

  static async create(front: number, admin: number): Promise<Site> {
    const site = new Site(front, admin);
    site.server.listen(0, '127.0.0.1');
    await once(site.server, 'listening');
    return site;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Every connection is cut, as by a network that changes. */
  cut(): void {
    this.sockets.forEach(socket => socket.destroy());
  }

  dispose(): void {
    this.server.close();
    this.cut();
  }

  private serve(incoming: IncomingMessage, answer: ServerResponse): void {
    const path = new URL(incoming.url!, 'http://site').pathname.substring(1);
    if (path === 'favicon.ico') return void answer.writeHead(204).end();
    if (this.pages.has(path))
      return void answer.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(this.pages.get(path));
    if (path.endsWith('.html')) return send(answer, 'text/html', new URL(`pages/${path}`, import.meta.url));
    if (path.startsWith('dist/')) return send(answer, 'text/javascript', new URL(`../../${path}`, import.meta.url));
    this.asked.push(path);
    if (this.refused.has(path)) return void answer.writeHead(502).end('refused');
    this.forward(path === 'push' || path === 'sign' ? this.admin : this.front, incoming, answer);
  }

  private forward(port: number, incoming: IncomingMessage, answer: ServerResponse): void {
    const onward = request(
      { port, host: '127.0.0.1', path: incoming.url, method: incoming.method, headers: incoming.headers, agent: false },
      reply => {
        const bytes: Buffer[] = [];
        if (!this.buffers) answer.writeHead(reply.statusCode!, reply.headers).flushHeaders();
        reply.on('data', (chunk: Buffer) => {
          if (this.swallows && chunk.includes(this.swallows)) this.swallows = '';
          else if (this.buffers) bytes.push(chunk);
          else answer.write(chunk);
        });
        reply.on('end', () => {
          if (this.buffers) answer.writeHead(reply.statusCode!, reply.headers).write(Buffer.concat(bytes));
          answer.end();
        });
        reply.on('error', () => answer.destroy());
      },
    );
    onward.on('error', () =>
      answer.headersSent ? answer.destroy() : answer.writeHead(502).end('Halley is not there'),
    );
    answer.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }

  private upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = new URL(incoming.url!, 'http://site').pathname.substring(1);
    this.asked.push(path);
    if (this.refused.has(path)) return void socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
    const onward: Socket = connect(this.front, '127.0.0.1', () => {
      const fields = incoming.rawHeaders.map((text, i) => (i % 2 ? `: ${text}\r\n` : text)).join('');
      onward.write(`GET ${incoming.url} HTTP/1.1\r\n${fields}\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    this.keep(onward);
    onward.on('close', () => socket.destroy()).on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy()).on('error', () => onward.destroy());
  }

  private keep(socket: Duplex): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket)).on('error', () => {});
  }
}

function send(answer: ServerResponse, type: string, file: URL): void {
  answer.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(readFileSync(file));
}
