/**
 * Builds what `npm pack` takes from `packages/cli`: the program (`dist`, without chunks of former builds) and the typed
 * library (`lib`) as one ES module with one file of declarations, in which no package of this workspace is named.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { extractSurface } from './api/extract.mjs';

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
const { problems, declarations } = extractSurface(repository);
if (problems.length > 0) throw new Error(problems.join('\n'));
copyFileSync(declarations, join(lib, 'index.d.ts'));
console.log('packages/cli/lib/index.js with its declarations');

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
