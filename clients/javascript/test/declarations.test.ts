import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
let project: string;

/** Somebody's project with the package installed, as it is packed. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'halley-types-'));
  const installed = join(project, 'node_modules/halley-client');
  mkdirSync(installed, { recursive: true });
  for (const name of ['package.json', 'dist']) cpSync(join(root, name), join(installed, name), { recursive: true });
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** What tsc has to say of these files; nothing but ECMAScript is known to it, no page and no node. */
function compile(options: object, files: { [name: string]: string }): string {
  rmSync(join(project, 'src'), { recursive: true, force: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(project, 'src', name, '..'), { recursive: true });
    writeFileSync(join(project, 'src', name), text);
  }
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    lib: ['ES2020'],
    target: 'ES2020',
    types: [],
    skipLibCheck: false,
    noEmit: true,
    ...options,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  try {
    return execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project], {
      encoding: 'utf8',
    });
  } catch (failed) {
    return (failed as { stdout: string }).stdout;
  }
}

const use = `
  const client: HalleyClient = new HalleyClient({ url: 'https://push.example.com/', storage: true, transports: ['sse', own()], backoff: { min: 500 } });
  const news: Subscription = client.subscribe('news', { token: async () => 'secret' });
  const off: () => void = news.on('message', (message: MessageEvent) => message.content.trim() + (message.seq + 1));
  news.on('gap', gap => gap.to - gap.from);
  news.on('close', close => close.reason === 'stopped' && !close.retry);
  const at: Position = news.position;
  function own(): Transport {
    return { name: 'own', streams: true, supported: () => true, open: (address, receiver: Receiver) => { receiver.ended(); return () => void address('ws', { seq: at.seq }); } };
  }
  // @ts-expect-error: nothing is any
  news.on('mesage', () => { });
  export const options: HalleyOptions = { url: '/' };
`;
const names =
  'HalleyClient, type HalleyOptions, type MessageEvent, type Position, type Receiver, Subscription, type Transport';
const byName = `import { ${names} } from 'halley-client';${use}`;
const byFile = (name: string) => `import { ${names} } from 'halley-client/dist/${name}';${use}`;
const byRequire = `import halley = require('halley-client');
  const client: halley.HalleyClient = new halley.HalleyClient('/');
  client.subscribe('news').on('message', message => message.content.trim());
  export { client };`;
const scripts = `
  import 'halley-client/icomet';
  import 'halley-client/pushstream';
  const comet: iComet = new iComet({ channel: 'news', callback: (content: string) => content.trim(), onGap: gap => gap.from });
  const stream: PushStream = new PushStream({ modes: 'websocket|eventsource', onmessage: text => text.trim() });
  stream.addChannel('news', { backtrack: 3 });
  comet.stop();
  // @ts-expect-error: nothing is any
  stream.addChanel('news');
`;
const globalScript = `
  /// <reference types="halley-client/script" />
  const byGlobal: Halley.HalleyClient = new Halley.HalleyClient('/');
  byGlobal.subscribe('news').on('message', message => message.content.trim());
`.trimStart();

const esm = { 'name.mts': byName, 'file.mts': byFile('halley.mjs'), 'scripts.mts': scripts };
const cjs = { 'name.cts': byName, 'file.cts': byFile('halley.cjs'), 'require.cts': byRequire, 'scripts.cts': scripts };

describe('the declarations hold under --strict, without a lib of pages', { timeout: 120_000 }, () => {
  test.each(['node16', 'nodenext'])('for modules and CommonJS with moduleResolution %s', resolution => {
    expect(compile({ module: resolution, moduleResolution: resolution }, { ...esm, ...cjs })).toBe('');
  });

  test('with moduleResolution bundler', () => {
    expect(
      compile(
        { module: 'esnext', moduleResolution: 'bundler', verbatimModuleSyntax: true },
        { ...esm, 'name.ts': byName },
      ),
    ).toBe('');
  });

  test('with moduleResolution bundler, for who takes what CommonJS gets', () => {
    expect(
      compile({ module: 'esnext', moduleResolution: 'bundler', customConditions: ['require'] }, { 'name.ts': byName }),
    ).toBe('');
  });

  test('with moduleResolution node10, which knows no exports', () => {
    expect(
      compile(
        { module: 'commonjs', moduleResolution: 'node10' },
        { 'name.ts': byName, 'file.ts': byFile('halley.mjs'), 'require.ts': byRequire },
      ),
    ).toBe('');
  });

  test('for a page with a script tag', () => {
    expect(compile({ module: 'nodenext', moduleDetection: 'legacy' }, { 'page.cts': globalScript })).toBe('');
    expect(
      compile(
        { module: 'esnext', moduleResolution: 'bundler', moduleDetection: 'legacy' },
        { 'page.ts': globalScript },
      ),
    ).toBe('');
  });

  test('beside a lib of pages, whose MessageEvent is another', () => {
    expect(compile({ module: 'nodenext', lib: ['ES2020', 'DOM'] }, esm)).toBe('');
  });

  test('for who has only copied dist', () => {
    const copied = { 'page.mts': byName.replace('halley-client', './vendor/halley.mjs') };
    const dist = Object.fromEntries(
      ['halley.d.mts', 'package.json', ...typesOf('types')].map(name => [
        `vendor/${name}`,
        readFileSync(join(root, 'dist', name), 'utf8'),
      ]),
    );
    expect(compile({ module: 'nodenext', lib: ['ES2020', 'DOM'] }, { ...copied, ...dist })).toBe('');
  });
});

test('what the declarations promise is what node is given, by import and by require', { timeout: 120_000 }, () => {
  const run = (...code: string[]) =>
    execFileSync(process.execPath, [...code], { cwd: project, encoding: 'utf8' }).trim();
  const seen = `console.log(Object.keys(halley).sort().join(), halley.HalleyClient.name.length > 0)`;
  expect(run('--input-type=module', '-e', `import * as halley from 'halley-client'; ${seen}`)).toBe(
    'HalleyClient,Subscription true',
  );
  expect(run('--input-type=commonjs', '-e', `const halley = require('halley-client'); ${seen}`)).toBe(
    'HalleyClient,Subscription true',
  );
});

test('each file in dist that can be taken has its declarations beside it', () => {
  for (const name of readdirSync(join(root, 'dist')).filter(name => /js$/.test(name))) {
    const declarations = name.replace(/\.(m|c|)js$/, '.d.$1ts');
    expect(readdirSync(join(root, 'dist')), name).toContain(declarations);
  }
  for (const name of typesOf('types')) {
    const text = readFileSync(join(root, 'dist', name), 'utf8');
    for (const [, to] of text.matchAll(/(?:from|import\()\s*'(\.[^']*)'/g)) expect(to, `in ${name}`).toMatch(/\.js$/);
  }
});

function typesOf(folder: string): string[] {
  return readdirSync(join(root, 'dist', folder), { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? typesOf(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  );
}
