import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { dispatchProgram } from '../harness/dispatch.ts';
import { installAgents } from './install-agents.mjs';

/** Before the first end-to-end test: the program as the sources have it now, and the real agents. */
export async function setup(): Promise<void> {
  const cwd = join(import.meta.dirname, '../..');
  const { status } = spawnSync(process.execPath, ['scripts/bundle.mjs'], { cwd, stdio: 'inherit' });
  // Without it the tests that need it fail and say so; with an older one they would test what nobody wrote.
  if (status !== 0) rmSync(dispatchProgram, { force: true });
  await installAgents();
}
