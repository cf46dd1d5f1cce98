import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { surroundingsOf, type Surroundings } from '../../src/index.ts';
import { integrateHost, integrationText, undoIntegration } from '../../src/integrate/index.ts';

let home: string;
let surroundings: Surroundings;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dispatch-integrate-'));
  surroundings = of({ node: '/opt/node', program: '/opt/bin.cjs' });
});
afterEach(() => rmSync(home, { recursive: true }));

const of = (program: { node: string; program: string }) =>
  surroundingsOf({ cwd: '/', environment: { HOME: home }, root: null, program });
const config = () => join(home, '.codex/config.toml');
const skill = () => join(home, '.codex/skills/dispatch/SKILL.md');
const read = (path: string) => readFileSync(path, 'utf8');
function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
}

/** Everything of the home but dispatch's own, with modes. */
function tree(folder = home): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => name !== '.dispatch')
      .flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return [[path, 'folder'], ...Object.entries(tree(path))];
        return [[path, `${lstatSync(path).mode.toString(8)} ${entry.isSymbolicLink() ? '' : read(path)}`]];
      }),
  );
}

const mine = '# mine\r\nmodel = "x" # keep\r\n\r\n[mcp_servers.docs]\r\ncommand = "docs"';

describe.each(['pi', 'claude-code', 'codex'] as const)('%s', (host) => {
  it('is as it was after --undo, and again after a second round', async () => {
    write(config(), mine, 0o640);
    write(join(home, '.claude/settings.json'), '{\n  // mine\n  "model": "opus"\n}', 0o600);
    write(join(home, '.claude/skills/own/SKILL.md'), 'own');
    write(join(home, '.pi/agent/settings.json'), '{"a":1}');
    const before = tree();
    for (const _ of [1, 2]) {
      expect(await integrateHost(surroundings, host)).toMatchObject({ changed: true });
      expect(tree()).not.toEqual(before);
      const undone = await undoIntegration(surroundings, host);
      expect(undone).toMatchObject({ host_agent: host, changed: true });
      expect(tree()).toEqual(before);
    }
    expect(readdirSync(join(home, '.dispatch'))).toEqual([]);
    expect(await undoIntegration(surroundings, host)).toMatchObject({ changed: false, files: [] });
  });

  it('makes every folder where there was none, and removes each', async () => {
    const { files } = await integrateHost(surroundings, host);
    expect(files.every(({ change }) => change === 'created')).toBe(true);
    await undoIntegration(surroundings, host);
    expect(tree()).toEqual({});
  });

  it('changes nothing the second time', async () => {
    await integrateHost(surroundings, host);
    const before = tree();
    const again = await integrateHost(surroundings, host);
    expect(again).toMatchObject({ changed: false, next: null });
    expect(again.files.every(({ change }) => change === 'unchanged')).toBe(true);
    expect(tree()).toEqual(before);
  });

  it('shows what it would write, and writes nothing', async () => {
    const text = await integrationText(surroundings, host);
    expect(tree()).toEqual({});
    expect(existsSync(join(home, '.dispatch'))).toBe(false);
    await integrateHost(surroundings, host);
    for (const { path, whole, text: shown } of text.files)
      if (whole) expect(read(path)).toBe(shown);
      else expect(read(path)).toContain(shown);
  });
});

describe('an update', () => {
  it('writes its own anew, and is undone to what was there before the first', async () => {
    write(config(), mine);
    const before = tree();
    await integrateHost(surroundings, 'codex');
    await integrateHost(surroundings, 'claude-code');
    const newer = of({ node: '/usr/bin/node', program: '/usr/lib/dispatch/bin.cjs' });
    expect(await integrateHost(newer, 'codex')).toMatchObject({
      changed: true,
      files: [{ change: 'changed' }, { change: 'changed' }],
    });
    expect(read(config())).toContain('/usr/lib/dispatch/bin.cjs');
    expect(read(config())).not.toContain('/opt/node');
    const { files } = await integrateHost(newer, 'claude-code');
    expect(files.filter(({ change }) => change === 'changed').map(({ path }) => path)).toEqual([
      expect.stringMatching(/SKILL\.md$/),
      expect.stringMatching(/\.mcp\.json$/),
      expect.stringMatching(/hooks\.json$/),
    ]);
    await undoIntegration(newer, 'codex');
    await undoIntegration(newer, 'claude-code');
    expect(tree()).toEqual(before);
  });
});

describe('what the user did since', () => {
  it('stays', async () => {
    write(config(), mine);
    await integrateHost(surroundings, 'codex');
    write(config(), `# first\r\n${read(config())}\r\n[tui]\r\nx = 1\r\n`);
    write(join(dirname(skill()), 'notes.md'), 'mine');
    await undoIntegration(surroundings, 'codex');
    expect(read(config())).toBe(`# first\r\n${mine}\r\n\r\n[tui]\r\nx = 1\r\n`);
    expect(readdirSync(dirname(skill()))).toEqual(['notes.md']);
  });

  it('stays in a file that dispatch made', async () => {
    await integrateHost(surroundings, 'codex');
    write(config(), `${read(config())}[tui]\nx = 1\n`);
    await undoIntegration(surroundings, 'codex');
    expect(read(config())).toBe('[tui]\nx = 1\n');
  });

  it('may be that the table, the skill or all of it is gone', async () => {
    write(config(), mine);
    await integrateHost(surroundings, 'codex');
    write(config(), mine);
    rmSync(dirname(skill()), { recursive: true });
    expect(await undoIntegration(surroundings, 'codex')).toMatchObject({ changed: true, files: [] });
    expect(read(config())).toBe(mine);
  });

  it.each(['skill', 'table'] as const)('to the %s has both refused, and nothing written', async (which) => {
    await integrateHost(surroundings, 'codex');
    const path = which === 'skill' ? skill() : config();
    write(path, which === 'skill' ? 'my words' : read(path).replace('= 300', '= 30'));
    const before = tree();
    const refusal = expect.objectContaining({
      code: 'integration_changed',
      message: expect.stringContaining(path) as string,
    }) as unknown;
    await expect(undoIntegration(surroundings, 'codex')).rejects.toEqual(refusal);
    const newer = of({ node: '/n', program: '/p' });
    await expect(integrateHost(newer, 'codex')).rejects.toEqual(refusal);
    expect(tree()).toEqual(before);
    // The remedy that it names.
    if (which === 'skill') rmSync(path);
    else write(path, read(path).slice(0, read(path).indexOf('[mcp_servers.dispatch]')));
    await undoIntegration(surroundings, 'codex');
    expect(existsSync(skill())).toBe(false);
  });
});

describe('what is somebody else’s', () => {
  it.each([
    ['a skill of that name', () => skill(), 'mine'],
    ['a table of that name', () => config(), '[mcp_servers.dispatch]\ncommand = "mine"\n'],
  ])('is never written over: %s', async (_, pathOf, text) => {
    write(pathOf(), text);
    const before = tree();
    await expect(integrateHost(surroundings, 'codex')).rejects.toMatchObject({
      code: 'integration_foreign',
      message: expect.stringContaining(pathOf()) as string,
    });
    expect(tree()).toEqual(before);
    expect(existsSync(join(home, '.dispatch'))).toBe(false);
  });

  it.each([
    ['no TOML', 'a = \n', 'host_config_invalid', 'line 1'],
    ['no UTF-8', Buffer.from([0x61, 0x3d, 0x22, 0xff, 0x22]), 'host_config_invalid', 'UTF-8'],
    [
      'servers that take no table',
      'mcp_servers = { a = { command = "a" } }\n',
      'host_config_closed',
      'config.toml',
    ],
  ])('is left where it is %s', async (_, text, code, words) => {
    mkdirSync(dirname(config()));
    writeFileSync(config(), text);
    const before = readFileSync(config());
    await expect(integrateHost(surroundings, 'codex')).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words) as string,
    });
    expect(readFileSync(config())).toEqual(before);
    expect(existsSync(skill())).toBe(false);
  });
});

describe('a configuration that is a link', () => {
  it('stays one: what it leads to is changed, and changed back', async () => {
    const target = join(home, 'dotfiles/codex.toml');
    write(target, mine, 0o664);
    mkdirSync(dirname(config()));
    symlinkSync('../dotfiles/codex.toml', config());
    const before = tree();
    await integrateHost(surroundings, 'codex');
    expect(lstatSync(config()).isSymbolicLink()).toBe(true);
    expect(statSync(target).mode & 0o777).toBe(0o664);
    expect(read(target)).toContain('[mcp_servers.dispatch]');
    await undoIntegration(surroundings, 'codex');
    expect(tree()).toEqual(before);
  });

  it('and leads nowhere is not written over', async () => {
    mkdirSync(dirname(config()));
    symlinkSync('gone.toml', config());
    await expect(integrateHost(surroundings, 'codex')).rejects.toMatchObject({ code: 'host_unreachable' });
    expect(lstatSync(config()).isSymbolicLink()).toBe(true);
  });
});

it('knows two homes of one host apart', async () => {
  const other = surroundingsOf({
    cwd: '/',
    environment: { HOME: home, CODEX_HOME: join(home, 'second') },
    root: null,
    program: { node: '/opt/node', program: '/opt/bin.cjs' },
  });
  await integrateHost(surroundings, 'codex');
  await integrateHost(other, 'codex');
  await undoIntegration(surroundings, 'codex');
  expect(existsSync(config())).toBe(false);
  expect(existsSync(join(home, 'second/config.toml'))).toBe(true);
  await undoIntegration(other, 'codex');
  expect(tree()).toEqual({});
});

it('does nothing by a record that says nothing', async () => {
  await integrateHost(surroundings, 'pi');
  const records = join(home, '.dispatch/integrations');
  for (const name of readdirSync(records)) writeFileSync(join(records, name), '{"host":"pi"}');
  const before = tree();
  for (const act of [integrateHost, undoIntegration])
    await expect(act(surroundings, 'pi')).rejects.toMatchObject({ code: 'integration_record_damaged' });
  expect(tree()).toEqual(before);
});
