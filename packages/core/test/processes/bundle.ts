import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** Builds a program of this folder's siblings into `folder`, so that plain node can run it. Returns its path. */
export async function bundle(program: URL, folder: string): Promise<string> {
  const file = join(folder, 'program.mjs');
  const build = await rolldown({ input: fileURLToPath(program), platform: 'node', logLevel: 'silent' });
  await build.write({ file, format: 'esm' });
  await build.close();
  return file;
}
