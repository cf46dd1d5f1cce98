import { dirname, join, normalize } from 'node:path';

const watched = /^(?:(?:packages|integrations)\/[^/]+\/src|test-e2e)\/.*\.m?ts$/;
// Types are gone when the program runs, so a cycle of `import type` is none; so is one through a dynamic import.
const imports = /^(?:import|export)\s(?!type\b)[^;]*?\sfrom\s+'(\.[^']+)'|^import\s+'(\.[^']+)'/gm;

/** Cycles of static imports between files, each once, as `a → b → a`. */
export function findCycles(files) {
  const graph = new Map(
    files
      .filter(({ path }) => watched.test(path))
      .map(({ path, text }) => [
        path,
        [...text.matchAll(imports)].map(([, from, bare]) => normalize(join(dirname(path), from ?? bare))),
      ]),
  );
  const cycles = [];
  const done = new Set();
  for (const path of graph.keys()) visit(path, []);
  return cycles;

  function visit(path, trail) {
    const seenAt = trail.indexOf(path);
    if (seenAt >= 0) cycles.push([...trail.slice(seenAt), path].join(' → '));
    if (seenAt >= 0 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  }
}
