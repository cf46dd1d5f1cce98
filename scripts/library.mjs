/**
 * Builds what `npm pack` takes from `packages/cli`: the program (`dist`, without chunks of former builds) and the typed
 * library (`lib`) as one ES module with its declarations, in which no package of this workspace is named.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const repository = fileURLToPath(new URL('..', import.meta.url));
const cli = join(repository, 'packages/cli');
const lib = join(cli, 'lib');

mkdirSync(join(cli, 'dist'), { recursive: true });
// Chunks of former builds are kept for commands that still run; a package has none.
for (const name of readdirSync(join(cli, 'dist')))
  if (name.endsWith('.cjs') || name === 'meta.json') rmSync(join(cli, 'dist', name));
run('scripts/bundle.mjs');
run('node_modules/typescript/bin/tsc', '-b');
rmSync(lib, { recursive: true, force: true });
await bundleLibrary();
for (const name of ['README.md', 'LICENSE']) copyFileSync(join(repository, name), join(cli, name));
const declarations = copyDeclarations(join(cli, 'dist/api.d.ts'));
console.log(`packages/cli/lib/index.js, ${declarations} declarations`);

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: repository, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

async function bundleLibrary() {
  const { version } = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8'));
  const bundle = await rolldown({
    input: { index: join(cli, 'src/api.ts') },
    platform: 'node',
    resolve: { conditionNames: ['source', 'import', 'node', 'default'] },
    transform: { target: 'node20.19', define: { __DISPATCH_VERSION__: JSON.stringify(version) } },
  });
  await bundle.write({
    dir: lib,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  await bundle.close();
}

/** Copies what is reachable from an entry to `lib/types`, imports made relative; returns how many there are. */
function copyDeclarations(entry) {
  const places = new Map();
  const placeOf = (file) => {
    if (!places.has(file)) {
      const [, name, rest] = /packages[\\/]([a-z]+)[\\/]dist[\\/](.*)$/.exec(file);
      places.set(file, join(lib, 'types', name, rest));
    }
    return places.get(file);
  };
  const done = new Set();
  const open = [entry];
  while (open.length > 0) {
    const file = open.pop();
    if (done.has(file)) continue;
    done.add(file);
    const place = placeOf(file);
    const text = readFileSync(file, 'utf8').replaceAll(
      /(\bfrom |\bimport\(|^import )(['"])(\.[^'"]*|@dispatch\/[a-z]+)\2/gm,
      (_all, before, quote, specifier) => {
        const target = declarationOf(file, specifier);
        open.push(target);
        const path = relative(dirname(place), placeOf(target)).replace(/\.d\.ts$/, '.js');
        return `${before}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
      },
    );
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
  }
  writeFileSync(join(lib, 'index.d.ts'), "export * from './types/cli/api.js';\n");
  return done.size;
}

function declarationOf(file, specifier) {
  const [, name] = /^@dispatch\/([a-z]+)$/.exec(specifier) ?? [];
  if (name !== undefined) return join(repository, 'packages', name, 'dist/index.d.ts');
  return resolve(dirname(file), specifier.replace(/\.[tj]s$/, '.d.ts'));
}
