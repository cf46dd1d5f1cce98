import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { surroundingsOf, type Surroundings } from '../../src/index.ts';
import { disableService, enableService, lingers } from '../../src/service/manager.ts';
import { requireService } from '../../src/service/plan.ts';
import { readUnit, removeUnit, writeUnit } from '../../src/service/unit-file.ts';

let folder: string;
let calls: string;
let surroundings: Surroundings;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-service-')));
  calls = join(folder, 'calls');
  surroundings = surroundingsOf({
    cwd: folder,
    environment: { HOME: folder, PATH: `${folder}:/bin` },
    root: null,
    program: { node: '/opt/node', program: '/opt/bin.cjs' },
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** `launchctl` writes down what it is asked, then does this. */
function launchctl(does: string): void {
  writeFileSync(join(folder, 'launchctl'), `#!/bin/sh\necho "$*" >> '${calls}'\n${does}\n`, { mode: 0o755 });
}

const asked = () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []);

it('launchd is given the agent anew, and forgets it', async () => {
  launchctl('exit 0');
  const plan = requireService(surroundings, 'darwin');
  const domain = `gui/${surroundings.machine.uid}`;
  expect(writeUnit(plan)).toBe('new');
  expect(await enableService(plan, surroundings)).toBeNull();
  expect(asked()).toEqual([`bootout ${domain}/local.dispatch`, `bootstrap ${domain} ${plan.path}`]);
  rmSync(calls);
  expect(writeUnit(plan)).toBe('unchanged');
  expect(await disableService(plan, surroundings)).toBeNull();
  expect(asked()).toEqual([`bootout ${domain}/local.dispatch`]);
  removeUnit(plan);
  expect(readUnit(plan)).toBeNull();
  // A folder of the system's own.
  expect(existsSync(join(folder, 'Library/LaunchAgents'))).toBe(true);
  expect(lingers(plan)).toBeNull();
});

it('what it complains of is handed on in one line', async () => {
  launchctl('printf "Bootstrap failed: 5:\\n Input/output error\\n" >&2; exit 5');
  const plan = requireService(surroundings, 'darwin');
  expect(await enableService(plan, surroundings)).toMatch(
    /^launchctl bootstrap gui\/\d+ \S+: Bootstrap failed: 5: Input\/output error$/,
  );
});

it('a plist of somebody else is left', () => {
  const plan = requireService(surroundings, 'darwin');
  mkdirSync(join(plan.path, '..'), { recursive: true });
  writeFileSync(plan.path, '<plist/>');
  expect(() => writeUnit(plan)).toThrow(expect.objectContaining({ code: 'service_foreign' }));
  expect(() => removeUnit(plan)).toThrow(expect.objectContaining({ code: 'service_foreign' }));
  expect(readFileSync(plan.path, 'utf8')).toBe('<plist/>');
});
