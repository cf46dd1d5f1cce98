/** Modules of TypeScript, as they are now: bundled aside and loaded; what was bundled goes with the process. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const cache = fileURLToPath(new URL('../node_modules/.cache', import.meta.url));

/** `input`: paths by name. Returns the modules by the same names; `name` is that of a folder of their own. */
export async function loadSources(name, input) {
  const folder = join(cache, name);
  const bundle = await rolldown({
    input,
    platform: 'node',
    external: [/^@sinclair/],
    resolve: { conditionNames: ['source', 'import', 'node', 'default'] },
    transform: { define: { __DISPATCH_VERSION__: '""' } },
  });
  await bundle.write({ dir: folder, format: 'esm' });
  // Some load the rest of themselves when they are called.
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const loaded = {};
  for (const module of Object.keys(input))
    loaded[module] = await import(pathToFileURL(join(folder, `${module}.js`)).href);
  return loaded;
}
