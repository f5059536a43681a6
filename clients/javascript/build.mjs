// Builds dist: the module for who bundles, one script each for who does not. tsc makes ES5, esbuild one file of it.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
rmSync('dist', { recursive: true, force: true });
rmSync('build', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--declarationDir', 'dist/types'], { stdio: 'inherit' });

await build({ entryPoints: ['src/halley.ts'], bundle: true, minify: true, format: 'esm', target: 'es2019', outfile: 'dist/halley.mjs' });

const script = { bundle: true, minify: true, format: 'iife', target: 'es5' };
await build({ ...script, entryPoints: ['build/es5/halley.js'], globalName: 'Halley', outfile: 'dist/halley.min.js' });
for (const name of ['icomet', 'pushstream']) {
  await build({ ...script, entryPoints: [`build/es5/${name}/script.js`], outfile: `dist/${name}.min.js` });
}
