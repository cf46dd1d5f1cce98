import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { dispatchProgram } from './harness/index.ts';

interface Chunk {
  imports: string[];
  modules: string[];
}

const meta = JSON.parse(readFileSync(join(dirname(dispatchProgram), 'meta.json'), 'utf8')) as {
  chunks: Record<string, Chunk>;
};
const heavy = [
  /^node_modules\/(execa|fs-extra|proper-lockfile|@sinclair\/typebox|yaml)\//,
  // Opens all standard streams when it is loaded.
  /^node_modules\/clipanion\/lib\/(advanced\/Cli|platform)/,
  // Each costs a start 1 to 8 ms, by version of Node.
  /^node:(child_process|crypto|tty)$/,
];

/** What a start of the program loads until this command and the part of the library that reads are there. */
function loadedBy(command: string): string[] {
  const first = ['bin', 'main', 'output/this-process', 'arguments/parse', `commands/${command}`].map(
    (name) => `packages/cli/src/${name}.ts`,
  );
  const files = [...first, 'packages/runtime/src/read/index.ts'].map((module) => {
    const [file] = Object.entries(meta.chunks).find(([, chunk]) => chunk.modules.includes(module)) ?? [];
    if (file === undefined) throw new Error(`no chunk has ${module}`);
    return file;
  });
  // A set is walked in the order of insertion, what is added meanwhile included.
  const reached = new Set(files);
  for (const file of reached) for (const next of meta.chunks[file]?.imports ?? []) reached.add(next);
  return [...reached].flatMap((file) => meta.chunks[file]?.modules ?? [file]);
}

const reading = ['list', 'status', 'inspect', 'questions', 'events', 'result', 'logs', 'watch'];

test.for(reading)('%s loads no heavy library', (command) => {
  const loaded = loadedBy(command);
  expect(loaded).toContain(`packages/cli/src/commands/${command}.ts`);
  expect(loaded.filter((module) => heavy.some((pattern) => pattern.test(module)))).toEqual([]);
  // Nor anything of the library but what reads.
  expect(loaded).not.toContain('packages/runtime/src/tasks/create.ts');
});

test('what a command imports dynamically is a chunk of its own', () => {
  const yaml = Object.values(meta.chunks).filter((chunk) =>
    chunk.modules.some((id) => id.startsWith('node_modules/yaml/')),
  );
  expect(yaml).toHaveLength(1);
});

test('only mcp loads the library of its protocol', () => {
  const ofProtocol = (module: string) => /^node_modules\/(@modelcontextprotocol|zod)\//.test(module);
  const files = Object.entries(meta.chunks).flatMap(([file, { modules }]) =>
    modules.some(ofProtocol) ? [file] : [],
  );
  expect(files.length).toBeGreaterThan(0);
  const loading = new Set(files);
  for (const file of loading)
    for (const [other, { imports }] of Object.entries(meta.chunks))
      if (imports.includes(file)) loading.add(other);
  const own = [...loading]
    .flatMap((file) => meta.chunks[file]!.modules)
    .filter((module) => module.startsWith('packages/'));
  expect(own.filter((module) => !module.startsWith('packages/cli/src/mcp/'))).toEqual([]);
});
