import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installAgents } from './install-agents.mjs';

const repository = join(import.meta.dirname, '../..');

/** Before the first end-to-end test: the program as the sources have it now, and the real agents. */
export async function setup(): Promise<void> {
  if (existsSync(join(repository, 'packages/cli/src/bin.ts'))) {
    execFileSync(process.execPath, ['scripts/bundle.mjs'], { cwd: repository, stdio: 'inherit' });
  }
  await installAgents();
}
