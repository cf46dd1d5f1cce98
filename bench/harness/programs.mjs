import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installNode24 } from '../../test-e2e/setup/install-agents.mjs';
import { ensureInstalled } from '../../scripts/test/installed.mjs';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The program and the workers, built from the sources and copied into `folder`: what is edited or bundled meanwhile
 * changes nothing that is being measured.
 */
export async function buildPrograms(folder) {
  if (!ensureInstalled(repository, ['ignore', 'ignore', 'inherit'])) throw new Error('npm ci failed');
  run(process.execPath, ['scripts/bundle.mjs']);
  const program = join(folder, 'program');
  mkdirSync(program);
  const built = join(repository, 'packages/cli/dist');
  for (const name of readdirSync(built).filter((name) => name.endsWith('.cjs')))
    cpSync(join(built, name), join(program, name));
  return { program: join(program, 'bin.cjs'), workers: await buildWorkers(join(folder, 'workers')) };
}

/** As the product is bundled: CommonJS, minified, from the packages' sources. */
async function buildWorkers(folder) {
  const sources = join(repository, 'bench/workers');
  const { rolldown } = await import('rolldown');
  const names = readdirSync(sources).map((name) => basename(name, '.mjs'));
  const bundle = await rolldown({
    input: Object.fromEntries(names.map((name) => [name, join(sources, `${name}.mjs`)])),
    platform: 'node',
    resolve: { conditionNames: ['source', 'import', 'node', 'default'] },
    transform: { target: 'node20.19' },
  });
  await bundle.write({
    dir: folder,
    format: 'cjs',
    minify: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
  });
  await bundle.close();
  return Object.fromEntries(names.map((name) => [name, join(folder, `${name}.cjs`)]));
}

/** The nodes to be measured; the bars bind on the first. */
export async function nodes() {
  const { node } = await installNode24();
  return [node, process.execPath]
    .map((path) => ({ path, version: spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim() }))
    .filter(({ version }, index, all) => all.findIndex((other) => other.version === version) === index);
}

function run(program, args) {
  const { status } = spawnSync(program, args, { cwd: repository, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
}
