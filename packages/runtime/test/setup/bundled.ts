import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** Makes a program of TypeScript text that a bare node can run; `~/` is this package's `src/`. Returns its path. */
export async function bundled(folder: string, name: string, source: string): Promise<string> {
  const src = fileURLToPath(new URL('../../src', import.meta.url));
  const input = join(folder, `${name}.ts`);
  writeFileSync(input, source.replaceAll('~/', `${src}/`));
  const bundle = await rolldown({
    input,
    platform: 'node',
    resolve: {
      conditionNames: ['source', 'import', 'node'],
      alias: {
        '@dispatch/core': join(src, '../../core/src/index.ts'),
        '@dispatch/backends': join(src, '../../backends/src/index.ts'),
      },
    },
  });
  const file = join(folder, `${name}.mjs`);
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  return file;
}
