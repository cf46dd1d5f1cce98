// Which agent takes a task where nothing is configured, and what is said where there is none.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SandboxHome } from './harness/index.ts';
import { cleanUpAfterEach, createSandboxHome, dataOf, errorOf, stageIn, treeOf } from './harness/index.ts';

cleanUpAfterEach();

/** An agent that does nothing but say whether somebody is logged in, as the real ones do. */
const pretending = (loggedIn: boolean) => `#!/bin/sh
case "$*" in
  "login status") ${loggedIn ? 'echo Logged in using an API key; exit 0' : 'echo Not logged in; exit 1'};;
  "auth status"*) echo '{"loggedIn": ${loggedIn}}'; exit ${loggedIn ? 0 : 1};;
esac
cat >/dev/null
exit 1
`;

async function homeWith(agents: Record<string, boolean>): Promise<SandboxHome> {
  const home = await createSandboxHome({ modelUrl: 'http://127.0.0.1:9' });
  for (const name of ['codex', 'claude', 'pi']) rmSync(join(home.bin, name), { force: true });
  for (const [name, loggedIn] of Object.entries(agents)) home.program(name, pretending(loggedIn));
  return home;
}

test('no agent: an error that names what to install, and nothing is written', async () => {
  const stage = stageIn(await homeWith({}));
  const before = treeOf(stage.cwd, stage.home.home);
  const ran = await stage.type(['run', '--prompt', 'x']);
  expect(ran.exitCode).toBe(5);
  expect(errorOf(ran)).toMatchObject({ code: 'backend_missing' });
  expect(errorOf(ran).hint).toMatch(/codex.*claude|claude.*codex/);
  const named = await stage.type(['run', '--prompt', 'x', '--backend', 'claude']);
  expect(named.exitCode).toBe(5);
  expect(errorOf(named)).toMatchObject({ code: 'backend_missing' });
  expect(errorOf(named).message).toContain('claude');
  expect(treeOf(stage.cwd, stage.home.home)).toEqual(before);
});

test.each<[agents: Record<string, boolean>, chosen: string, why: RegExp]>([
  [{ claude: true }, 'claude', /claude is installed/],
  [{ codex: false, claude: true }, 'claude', /claude is installed and logged in, preferred to codex/],
  [{ codex: true, claude: false }, 'codex', /codex is installed and logged in, preferred to claude/],
  [{ codex: false }, 'codex', /codex is installed/],
])('of %j dispatch takes %s and says why', async (agents, chosen, why) => {
  const stage = stageIn(await homeWith(agents));
  const ran = dataOf(await stage.type(['run', '--prompt', 'x']));
  expect(ran.task).toMatchObject({ backend: chosen });
  expect(ran.why).toMatch(why);
  expect(existsSync(join(stage.home.home, '.dispatch/config.yaml'))).toBe(false);
  const typed = await stage.type(['run', '--prompt', 'x', '--backend', chosen]);
  expect(dataOf(typed).why).toContain('--backend');
});
