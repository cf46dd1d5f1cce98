import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { examineIntegrations } from '../../src/doctor/integrations.ts';
import { surroundingsOf, type Surroundings } from '../../src/index.ts';
import { integrateHost } from '../../src/integrate/index.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dispatch-integrations-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const of = (program: string, environment: object = {}): Surroundings =>
  surroundingsOf({
    cwd: '/',
    environment: { HOME: home, ...environment },
    root: null,
    program: { node: process.execPath, program },
  });
function findings(surroundings = of('/opt/gone.cjs')): object[] {
  const found: object[] = [];
  examineIntegrations(surroundings, (finding) => found.push(finding));
  return found;
}
const action = (words: string) =>
  expect.objectContaining({ action: expect.stringContaining(words) as string });

it('is found stale where its program is gone', async () => {
  await integrateHost(of(import.meta.filename), 'codex');
  expect(findings()).toEqual([]);
  await integrateHost(of('/opt/gone.cjs'), 'codex');
  expect(findings()).toEqual([
    expect.objectContaining({
      what: 'integration_stale',
      path: join(home, '.codex'),
      action: 'codex starts /opt/gone.cjs, which is gone: `dispatch integrate codex` writes it anew',
    }),
  ]);
});

it('is not, in a host that was not told of the program', async () => {
  await integrateHost(of('/opt/gone.cjs'), 'pi');
  expect(findings()).toEqual([]);
});

it('names the home in the remedy where that is another', async () => {
  const there = { CODEX_HOME: join(home, 'my codex') };
  await integrateHost(of('/opt/gone.cjs', there), 'codex');
  const named = action(`\`CODEX_HOME='${home}/my codex' dispatch integrate codex\``);
  expect(findings()).toEqual([named]);
  expect(findings(of('/opt/gone.cjs', there))).toEqual([named]);
  rmSync(join(home, '.dispatch'), { recursive: true });
  await integrateHost(of('/opt/gone.cjs'), 'claude-code');
  expect(findings(of('/opt/gone.cjs', { CLAUDE_CONFIG_DIR: '/srv/other' }))).toEqual([
    action(`\`CLAUDE_CONFIG_DIR=${home}/.claude dispatch integrate claude-code\``),
  ]);
});

it('goes on behind each record that cannot be read, and names it', async () => {
  await integrateHost(of('/opt/gone.cjs'), 'codex');
  const records = join(home, '.dispatch/integrations');
  const [good] = readdirSync(records);
  writeFileSync(join(records, 'a-broken.json'), '{"host":"codex"');
  mkdirSync(join(records, 'b-folder.json'));
  symlinkSync(good!, join(records, 'c-link.json'));
  symlinkSync('nowhere', join(records, 'z-link.json'));
  const damaged = (name: string) =>
    expect.objectContaining({
      what: 'integration_record_damaged',
      path: join(records, name),
      repaired: false,
    });
  const found = findings();
  expect(found).toHaveLength(5);
  expect(found).toEqual(
    expect.arrayContaining([
      ...['a-broken.json', 'b-folder.json', 'c-link.json', 'z-link.json'].map(damaged),
      expect.objectContaining({ what: 'integration_stale' }),
    ]),
  );
});
