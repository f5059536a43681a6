import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const Files: Record<string, [type: string, file: string]> = {
  '/session.html': ['text/html', 'pages/session.html'],
  '/protobuf.html': ['text/html', 'pages/protobuf.html'],
  '/session.js': ['text/javascript', 'pages/session.js'],
  '/centrifuge.js': ['text/javascript', '../../node_modules/centrifuge/dist/centrifuge.js'],
  '/centrifuge.protobuf.js': ['text/javascript', '../../node_modules/centrifuge/dist/centrifuge.protobuf.js'],
};

/** Where the pages come from, with the SDK as npm has it. The server that they talk to is another origin. */
export class Site {
  private constructor(private readonly server: Server) {}

  static async create(): Promise<Site> {
    const site = new Site(
      createServer((request, answer) => {
        const found = Files[request.url!];
        if (!found) {
          answer.writeHead(404).end();
          return;
        }
        answer.writeHead(200, { 'Content-Type': found[0] }).end(readFileSync(new URL(found[1], import.meta.url)));
      }),
    );
    site.server.listen(0, '127.0.0.1');
    await once(site.server, 'listening');
    return site;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  dispose(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
