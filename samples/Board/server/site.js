import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { LIMITS, boardOf } from './rules.js';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const PUBLIC = new URL('../public/', import.meta.url);
const SDK = new URL('../node_modules/centrifuge/dist/centrifuge.js', import.meta.url);

/** The page, the SDK as npm has it, and what is on a board. */
export function site(store, halleyPort) {
  // Read once: nothing else can be asked for.
  const files = new Map(readdirSync(PUBLIC).map(name => [`/${name}`, readFileSync(new URL(name, PUBLIC))]));
  files.set('/centrifuge.js', readFileSync(SDK));
  // What the page has to know stands in it.
  const settings = JSON.stringify({ halley: halleyPort, limits: LIMITS }).replaceAll('"', '&quot;');
  files.set('/', files.get('/index.html').toString().replace('data-settings="{}"', `data-settings="${settings}"`));
  files.delete('/index.html');

  return createServer((request, response) => {
    const [path] = request.url.split('?');
    response.setHeader('Content-Security-Policy', policy(request.headers.host, halleyPort));
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cache-Control', 'no-cache');
    if (!['GET', 'HEAD'].includes(request.method)) {
      response.writeHead(405).end();
    } else if (files.has(path)) {
      response.setHeader('Content-Type', TYPES[extname(path) || '.html']).end(files.get(path));
    } else if (path.startsWith('/boards/')) {
      sendBoard(store, path, response);
    } else {
      response.writeHead(404).end();
    }
  });
}

function sendBoard(store, path, response) {
  try {
    const items = store.items(boardOf(`board:${path.slice('/boards/'.length)}`));
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ rev: store.rev, items }));
  } catch {
    response.writeHead(404).end();
  }
}

// The page runs nothing but ours, and calls nobody but us and Halley.
function policy(host, halleyPort) {
  const name = /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d+)?$/i.exec(host ?? '')?.[1] ?? 'localhost';
  return (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; " +
    `frame-ancestors 'none'; connect-src 'self' ws://${name}:${halleyPort} http://${name}:${halleyPort}`
  );
}
