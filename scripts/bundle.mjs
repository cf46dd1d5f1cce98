/**
 * Bundles the command line into `packages/cli/dist`: CommonJS (its loader starts 3 ms earlier than that of ES modules),
 * minified, one chunk for what is imported dynamically, so that a command loads its own code only.
 * `bin.cjs` is the program; `meta.json` says which modules are in which chunk.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const repository = fileURLToPath(new URL('..', import.meta.url));
const source = join(repository, 'packages/cli/src/bin.ts');
const target = join(repository, 'packages/cli/dist');
const metaFile = join(target, 'meta.json');
const { version } = JSON.parse(readFileSync(join(repository, 'packages/cli/package.json'), 'utf8'));

/** One file instead of the twenty that it would be cut into: each file costs a start half a millisecond. */
const sharedByCommands = {
  name: 'shared',
  test: /[\\/](packages[\\/](cli|core)|clipanion|typanion)[\\/]/,
  minShareCount: 3,
};
/** What reads the files and folders that are named to commands that start something. */
const inputs = { name: 'inputs', test: /[\\/]packages[\\/]cli[\\/]src[\\/]input[\\/]/, minShareCount: 2 };
/** What few commands but `run` need. */
const settings = {
  name: 'settings',
  test: /[\\/]packages[\\/]core[\\/]src[\\/](config|prompts)[\\/]/,
  minShareCount: 2,
};
/** Every command comes through it; `--version` alone is answered without. */
const ofEveryCommand = {
  name: 'base',
  test: /[\\/]packages[\\/]cli[\\/]src[\\/]main\.ts$/,
};

const began = performance.now();
const output = await generate().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
const chunks = output.filter(({ type }) => type === 'chunk');
const before = readBefore();
mkdirSync(target, { recursive: true });
// The entry last: at no moment does it name a chunk that is not there.
for (const chunk of chunks.toSorted((one, other) => Number(one.isEntry) - Number(other.isEntry)))
  place(chunk);
writeWhole(metaFile, `${JSON.stringify(meta(), null, 2)}\n`);
removeOld();
const bytes = chunks.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0);
console.log(
  `packages/cli/dist/bin.cjs ${version}: ${chunks.length} chunks, ${Math.round(bytes / 1024)} KB, ${Math.round(performance.now() - began)} ms`,
);

async function generate() {
  const bundle = await rolldown({
    input: { bin: source },
    platform: 'node',
    // `source` first: this repository's packages are taken from `src`, whatever is built.
    resolve: { conditionNames: ['source', 'import', 'node', 'default'] },
    transform: { target: 'node20.19', define: { __DISPATCH_VERSION__: JSON.stringify(version) } },
    onLog: (level, log, print) => print(level === 'warn' ? 'error' : level, log),
  });
  const { output } = await bundle.generate({
    format: 'cjs',
    exports: 'named',
    entryFileNames: '[name].cjs',
    // `.cjs`, so that the chunks can stand beside the modules that tsc builds. The hash is that of the content.
    chunkFileNames: '[name]-[hash].cjs',
    codeSplitting: { groups: [ofEveryCommand, sharedByCommands, inputs, settings] },
    // Names of classes appear in error messages and stacks.
    minify: { compress: true, mangle: { keepNames: { class: true, function: false } }, codegen: true },
  });
  await bundle.close();
  return output;
}

function place({ fileName, code, isEntry }) {
  const path = join(target, fileName);
  if (!isEntry) {
    if (!existsSync(path)) writeWhole(path, code);
    return;
  }
  const text = code.startsWith('#!') ? code : `#!/usr/bin/env node\n${code}`;
  writeWhole(path, text, 0o755);
}

/** By rename: a command that starts meanwhile sees the old file or the new one. */
function writeWhole(path, text, mode = 0o644) {
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, text, { mode });
  chmodSync(aside, mode);
  renameSync(aside, path);
}

function meta() {
  const named = (id) => (id.startsWith('/') ? relative(repository, id) : id);
  return {
    version,
    chunks: Object.fromEntries(
      chunks.map((chunk) => [
        chunk.fileName,
        {
          bytes: Buffer.byteLength(chunk.code),
          entry: chunk.isEntry,
          /** The module whose dynamic import loads this chunk, or null where chunks share it. */
          stands_for: chunk.facadeModuleId ? named(chunk.facadeModuleId) : null,
          imports: chunk.imports,
          dynamic_imports: chunk.dynamicImports,
          modules: chunk.moduleIds.map(named),
        },
      ]),
    ),
  };
}

function readBefore() {
  try {
    return Object.keys(JSON.parse(readFileSync(metaFile, 'utf8')).chunks);
  } catch {
    return [];
  }
}

/** The chunks of the build before stay: a command that runs while this one is written still loads them. */
function removeOld() {
  const kept = new Set([...before, ...chunks.map(({ fileName }) => fileName)]);
  for (const name of readdirSync(target)) {
    if (name.endsWith('.cjs') && !kept.has(name)) rmSync(join(target, name), { force: true });
  }
}
