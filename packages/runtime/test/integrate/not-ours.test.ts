// A file is ours only where it was missing when it was written: what it says is no proof.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { surroundingsOf, type Surroundings } from '../../src/index.ts';
import { write as writeChange } from '../../src/integrate/apply.ts';
import { integrateHost, integrationText, undoIntegration } from '../../src/integrate/index.ts';

let home: string;
let surroundings: Surroundings;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dispatch-not-ours-'));
  surroundings = of({});
});
afterEach(() => rmSync(home, { recursive: true }));

const of = (environment: object, program = '/opt/bin.cjs') =>
  surroundingsOf({
    cwd: '/',
    environment: { HOME: home, ...environment },
    root: null,
    program: { node: '/opt/node', program },
  });
const read = (path: string) => readFileSync(path, 'utf8');
function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
const extension = () => join(home, '.pi/agent/extensions/dispatch/index.ts');
const config = () => join(home, '.codex/config.toml');
const recordOf = (name: string) =>
  JSON.parse(
    read(
      join(
        home,
        '.dispatch/integrations',
        readdirSync(join(home, '.dispatch/integrations')).find((one) => one.startsWith(name))!,
      ),
    ),
  ) as Record<string, unknown>;

async function extensionText(): Promise<string> {
  const { files } = await integrationText(surroundings, 'pi');
  return files.find(({ path }) => path === extension())!.text;
}

describe('what stands there already as it would be written', () => {
  const checkout = () => join(home, 'checkout/index.ts');
  it.each([
    ['a copy', () => cpSync(checkout(), extension())],
    ['a link', () => symlinkSync(checkout(), extension())],
    [
      'a folder that is a link',
      () => {
        rmSync(dirname(extension()), { recursive: true });
        symlinkSync(dirname(checkout()), dirname(extension()));
      },
    ],
  ])('is the user’s: %s', async (_, make) => {
    const text = await extensionText();
    write(checkout(), text);
    mkdirSync(dirname(extension()), { recursive: true });
    make();
    for (const _round of [1, 2]) {
      expect(await integrateHost(surroundings, 'pi')).toMatchObject({
        changed: false,
        files: [{ path: extension(), change: 'unchanged' }],
      });
      expect(await undoIntegration(surroundings, 'pi')).toMatchObject({ changed: false });
      expect(read(extension())).toBe(text);
      expect(read(checkout())).toBe(text);
    }
    await integrateHost(surroundings, 'pi');
    // It goes on, as checkouts do.
    write(checkout(), 'newer');
    write(extension(), 'newer');
    await expect(integrateHost(surroundings, 'pi')).rejects.toMatchObject({ code: 'integration_foreign' });
    expect(await undoIntegration(surroundings, 'pi')).toMatchObject({ changed: false });
    expect(read(checkout())).toBe('newer');
    expect(read(extension())).toBe('newer');
  });

  it('is another home’s, which alone takes it out', async () => {
    const second = of({ DISPATCH_HOME: join(home, 'second') });
    await integrateHost(surroundings, 'claude-code');
    expect(await integrateHost(second, 'claude-code')).toMatchObject({ changed: false });
    expect(await undoIntegration(second, 'claude-code')).toMatchObject({ changed: false });
    expect(existsSync(join(home, '.claude/skills/dispatch/SKILL.md'))).toBe(true);
    await undoIntegration(surroundings, 'claude-code');
    expect(existsSync(join(home, '.claude'))).toBe(false);
  });

  it('stays beside what was written', async () => {
    const { files } = await integrationText(surroundings, 'claude-code');
    const [own, ...others] = files;
    write(own!.path, own!.text);
    await integrateHost(surroundings, 'claude-code');
    for (const { path, text } of others) expect(read(path)).toBe(text);
    await undoIntegration(surroundings, 'claude-code');
    expect(read(own!.path)).toBe(own!.text);
    for (const { path } of others) expect(existsSync(path), path).toBe(false);
  });
});

describe('what was written and has become a link since', () => {
  it.each(['file', 'folder'])('leads to what is the user’s: a %s', async (what) => {
    await integrateHost(surroundings, 'pi');
    const moved = what === 'file' ? extension() : dirname(extension());
    renameSync(moved, join(home, 'mine'));
    symlinkSync(join(home, 'mine'), moved);
    const before = read(extension());
    await expect(undoIntegration(surroundings, 'pi')).rejects.toMatchObject({ code: 'integration_changed' });
    expect(read(extension())).toBe(before);
    // The remedy that it names.
    rmSync(moved);
    await undoIntegration(surroundings, 'pi');
    expect(existsSync(join(home, '.pi'))).toBe(false);
    expect(existsSync(join(home, 'mine'))).toBe(true);
  });

  it('is taken out of a configuration, and the link stays', async () => {
    await integrateHost(surroundings, 'codex');
    const dotfile = join(home, 'dotfiles.toml');
    renameSync(config(), dotfile);
    symlinkSync(dotfile, config());
    await undoIntegration(surroundings, 'codex');
    expect(lstatSync(config()).isSymbolicLink()).toBe(true);
    expect(read(dotfile)).toBe('');
  });
});

it('keeps lines of the user’s in the table over an update, and takes out nothing while they are there', async () => {
  const line = 'default_tools_approval_mode = "approve"\n';
  await integrateHost(surroundings, 'codex');
  write(config(), `${read(config())}${line}`);
  const newer = of({}, '/opt/other.cjs');
  await integrateHost(newer, 'codex');
  const before = read(config());
  expect(before).toContain('/opt/other.cjs');
  expect(before.endsWith(line)).toBe(true);
  await expect(undoIntegration(newer, 'codex')).rejects.toMatchObject({
    code: 'integration_changed',
    message: expect.stringMatching(/config\.toml, line \d+/) as string,
  });
  expect(read(config())).toBe(before);
  write(config(), before.slice(0, -line.length));
  await undoIntegration(newer, 'codex');
  expect(existsSync(join(home, '.codex'))).toBe(false);
});

it('removes only what it has looked at', () => {
  const path = join(home, 'x');
  write(path, 'newer');
  expect(writeChange({ path, before: 'older', after: null })).toBe(false);
  expect(read(path)).toBe('newer');
  expect(writeChange({ path, before: 'newer', after: null })).toBe(true);
  expect(existsSync(path)).toBe(false);
  write(join(home, 'y'), 'newer');
  symlinkSync(join(home, 'y'), path);
  expect(writeChange({ path, before: 'newer', after: null })).toBe(false);
  expect(existsSync(path)).toBe(true);
});

describe('what lies beside a file', () => {
  const gone = () => spawnSync('true').pid;
  const temporary = (pid: number) => `${dirname(extension())}/.index.ts.dispatch-${pid}-0123456789ab`;

  it('is removed where the one who wrote it is gone, and only then', async () => {
    const old = temporary(gone());
    const running = temporary(process.pid);
    const foreign = `${dirname(extension())}/.index.ts.0123456789ab`;
    for (const path of [old, running, foreign]) write(path, 'x');
    await integrateHost(surroundings, 'pi');
    expect(readdirSync(dirname(extension())).toSorted()).toEqual(
      [foreign, running, extension()].map((path) => path.slice(dirname(extension()).length + 1)).toSorted(),
    );
  });

  it('and cannot be removed is an error of the host', async () => {
    mkdirSync(temporary(gone()), { recursive: true });
    await expect(integrateHost(surroundings, 'pi')).rejects.toMatchObject({ code: 'host_unreachable' });
  });
});

it('keeps what it does not know in the record', async () => {
  await integrateHost(surroundings, 'codex');
  const folder = join(home, '.dispatch/integrations');
  const path = join(folder, readdirSync(folder)[0]!);
  const table = recordOf('codex')['table'] as object;
  writeFileSync(path, JSON.stringify({ ...recordOf('codex'), newer: 1, table: { ...table, newer: 2 } }));
  await integrateHost(of({}, '/opt/other.cjs'), 'codex');
  expect(recordOf('codex')).toMatchObject({ newer: 1, program: '/opt/other.cjs', table: { newer: 2 } });
});
