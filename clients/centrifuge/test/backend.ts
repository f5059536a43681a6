import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server asks about clients. */
export interface Question {
  [field: string]: any;
}

/** The operator's own server, which is asked about what clients do. */
export class Backend {
  /** What was asked, by path. */
  readonly asked: Record<string, Question[]> = {};

  private constructor(private readonly server: Server) {}

  /** @param answers By path, without the slash. */
  static async start(answers: Record<string, (question: Question) => object>): Promise<Backend> {
    const backend = new Backend(
      createServer(async (request, response) => {
        const parts: Buffer[] = [];
        for await (const part of request) {
          parts.push(part as Buffer);
        }
        const path = request.url!.slice(1);
        const question = JSON.parse(Buffer.concat(parts).toString()) as Question;
        (backend.asked[path] ??= []).push(question);
        response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answers[path](question)));
      }),
    );
    backend.server.listen(0, '127.0.0.1');
    await once(backend.server, 'listening');
    return backend;
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${path}`;
  }

  dispose(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
