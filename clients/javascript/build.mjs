// Builds dist, or the folder that is named: the module for who bundles, one script each for who does not. tsc makes
// ES5, esbuild one file of it.
// Beside each file lie its declarations, by the name that TypeScript looks for.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const dist = resolve(process.argv[2] ?? fileURLToPath(new URL('dist', import.meta.url)));
process.chdir(fileURLToPath(new URL('.', import.meta.url)));
rmSync(dist, { recursive: true, force: true });
rmSync('build', { recursive: true, force: true });
execFileSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--declarationDir', `${dist}/types`],
    { stdio: 'inherit' },
);

const module = { entryPoints: ['src/halley.ts'], bundle: true, minify: true, target: 'es2019' };
await build({ ...module, format: 'esm', outfile: `${dist}/halley.mjs` });
await build({ ...module, format: 'cjs', outfile: `${dist}/halley.cjs` });

const script = { bundle: true, minify: true, format: 'iife', target: 'es5' };
await build({
    ...script,
    entryPoints: ['build/es5/halley.js'],
    globalName: 'Halley',
    outfile: `${dist}/halley.min.js`,
});
for (const name of ['icomet', 'pushstream']) {
    await build({ ...script, entryPoints: [`build/es5/${name}/script.js`], outfile: `${dist}/${name}.min.js` });
}

const declare = (name, lines) => writeFileSync(`${dist}/${name}`, `${lines.join('\n')}\n`);
// What is named .js here is no module: scripts. Declarations of that kind may be taken from ES modules and CommonJS
// ones alike.
declare('package.json', ['{ "type": "commonjs" }']);
for (const kind of ['mts', 'cts']) declare(`halley.d.${kind}`, ["export * from './types/halley.js';"]);
declare('halley.min.d.ts', ["export * from './types/halley.js';", 'export as namespace Halley;']);
for (const [name, type] of [
    ['icomet', 'iComet'],
    ['pushstream', 'PushStream'],
]) {
    declare(`${name}.min.d.ts`, [
        `import type { ${type} as ${type}Type } from './types/${name}/${name}.js';`,
        '',
        'declare global {',
        `  const ${type}: typeof ${type}Type;`,
        `  type ${type} = ${type}Type;`,
        '}',
    ]);
}
