import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const dist = (name: string) => new URL(`../dist/${name}`, import.meta.url);

function zipped(name: string): number {
  expect(existsSync(dist(name)), `dist/${name} is not there: npm run build`).toBe(true);
  const bytes = gzipSync(readFileSync(dist(name)), { level: 9 }).length;
  console.info(`${name}: ${bytes} bytes with gzip`);
  return bytes;
}

test('the client is smaller than 6 KiB with gzip, as a script and as a module', () => {
  expect(zipped('halley.min.js')).toBeLessThan(6144);
  expect(zipped('halley.mjs')).toBeLessThan(6144);
});

test('the scripts that replace icomet.js and pushstream.js are smaller than 8 KiB with gzip', () => {
  expect(zipped('icomet.min.js')).toBeLessThan(8192);
  expect(zipped('pushstream.min.js')).toBeLessThan(8192);
});

test('nothing is needed at run time', () => {
  const description = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(Object.keys(description)).not.toContain('dependencies');
  expect(Object.keys(description)).not.toContain('peerDependencies');
});
