import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findSkill, skillPlaces, surroundingsOf, type Surroundings } from '../../src/index.ts';

let top: string;
let surroundings: Surroundings;
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-skills-')));
  for (const name of ['home', 'repo/.git', 'repo/sub/deep', 'plain/sub', 'plain/.git'])
    mkdirSync(join(top, name), { recursive: true });
  writeFileSync(join(top, 'repo/.git/HEAD'), 'ref: refs/heads/main\n');
  surroundings = surroundingsOf({
    cwd: join(top, 'repo'),
    environment: { HOME: join(top, 'home') },
    root: null,
    program: { node: 'node', program: 'dispatch' },
  });
});
afterEach(() => rmSync(top, { recursive: true }));

function skill(path: string): string {
  const file = join(top, path, 'SKILL.md');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `the one of ${path}\n`);
  return file;
}

const find = (wanted: string, workspace = 'repo/sub/deep') =>
  findSkill(surroundings, wanted, { from: join(top, 'repo'), workspace: join(top, workspace) });

/** In the order in which they are looked into. */
const inOrder = [
  'home/.dispatch/skills',
  'home/.agents/skills',
  'home/.claude/skills',
  'home/.codex/skills',
  'home/.pi/agent/skills',
  ...['repo/sub/deep', 'repo/sub', 'repo'].flatMap((folder) =>
    ['.agents', '.claude', '.codex', '.pi'].map((name) => `${folder}/${name}/skills`),
  ),
];

describe('a name', () => {
  test('is looked up among what is the user’s, then from the workspace up to its repository', () => {
    expect(skillPlaces(surroundings, join(top, 'repo/sub/deep')).map(({ folder }) => folder)).toEqual(
      inOrder.map((folder) => join(top, folder)),
    );
    const files = inOrder.map((folder) => skill(`${folder}/paint`));
    for (const [at, file] of files.entries()) {
      expect(find('paint')).toEqual({
        name: 'paint',
        source: file,
        folder: dirname(file),
        others: files.slice(at + 1),
      });
      rmSync(dirname(file), { recursive: true });
    }
  });

  test('is looked up where the agents have been told to keep their own', () => {
    const environment = {
      HOME: join(top, 'home'),
      CLAUDE_CONFIG_DIR: join(top, 'c'),
      CODEX_HOME: join(top, 'x'),
      PI_CODING_AGENT_DIR: join(top, 'p'),
    };
    const folders = skillPlaces({ ...surroundings, environment }, join(top, 'repo')).map((one) => one.folder);
    expect(folders.slice(2, 5)).toEqual(['c', 'x', 'p'].map((name) => join(top, name, 'skills')));
  });

  test('goes no higher than the workspace where there is no repository', () => {
    skill('plain/.agents/skills/paint');
    expect(() => find('paint', 'plain/sub')).toThrow(/there is no skill paint/);
    const file = skill('plain/sub/.agents/skills/paint');
    expect(find('paint', 'plain/sub').source).toBe(file);
  });

  test('that nothing has is an error with every place and the nearest name', () => {
    skill('repo/.claude/skills/code-review');
    mkdirSync(join(top, 'repo/.claude/skills/code-reviews'));
    expect(() => find('code-reveiw')).toThrow(
      expect.objectContaining({
        code: 'skill_not_found',
        message: expect.stringContaining(inOrder.map((folder) => join(top, folder)).join(', ')) as string,
        hint: 'Did you mean code-review? Valid: code-review.',
      }),
    );
  });

  test.each(['', 'a b', '-x', '.hidden', 'a\\b', 'a\0b', 'é'])('cannot be %j', (name) => {
    expect(() => find(name)).toThrow(expect.objectContaining({ code: 'invalid_value' }));
  });

  test('may be a link: one of the user’s anywhere, one of a repository within it', () => {
    const shared = skill('repo/shared/paint');
    for (const place of ['repo/.claude/skills', 'home/.claude/skills', 'home/.agents/skills'])
      mkdirSync(join(top, place), { recursive: true });
    symlinkSync('../../shared/paint', join(top, 'repo/.claude/skills/paint'));
    expect(find('paint')).toEqual({ name: 'paint', source: shared, folder: dirname(shared), others: [] });
    const outside = skill('elsewhere/brush');
    symlinkSync(dirname(outside), join(top, 'home/.claude/skills/brush'));
    symlinkSync(dirname(outside), join(top, 'home/.agents/skills/brush'));
    // The same one by two ways is no other.
    expect(find('brush')).toMatchObject({ source: outside, others: [] });
  });

  test.each([
    ['its folder', '.agents/skills/key', '../../../elsewhere/key'],
    ['its text', '.agents/skills/key/SKILL.md', '../../../../elsewhere/key/SKILL.md'],
    ['all skills', '.agents/skills', '../../elsewhere'],
  ])('of a repository that leads out by the link of %s is refused', (_what, link, target) => {
    skill('elsewhere/key');
    mkdirSync(dirname(join(top, 'repo', link)), { recursive: true });
    symlinkSync(target, join(top, 'repo', link));
    expect(() => find('key')).toThrow(expect.objectContaining({ code: 'skill_outside' }));
  });
});

describe('a path', () => {
  test('is a SKILL.md, its folder, or a text without files', () => {
    const file = skill('repo/kept/paint');
    const whole = { name: 'paint', source: file, folder: dirname(file), others: [] };
    expect(find('kept/paint')).toEqual(whole);
    expect(find('./kept/paint/SKILL.md')).toEqual(whole);
    expect(find(dirname(file))).toEqual(whole);
    writeFileSync(join(top, 'repo/notes.md'), 'Paint.\n');
    expect(find('notes.md')).toEqual({
      ...{ name: 'notes', source: join(top, 'repo/notes.md'), folder: null, others: [] },
    });
  });

  test.each([
    ['./none', 'file_missing', '/repo/none'],
    ['none.md', 'file_missing', '/repo/none.md'],
    ['.', 'skill_not_found', 'is a folder without a SKILL.md'],
    ['/dev/null', 'not_a_file', '/dev/null'],
  ])('%s is %s', (path, code, words) => {
    expect(() => find(path)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) as string }),
    );
  });
});

test('a path that a repository brought along leads nowhere else', () => {
  const file = skill('repo/.dispatch/review');
  const within = join(top, 'repo');
  const search = { from: join(top, 'repo/.dispatch'), workspace: within, within };
  expect(findSkill(surroundings, './review/SKILL.md', search)).toMatchObject({ source: file });
  writeFileSync(join(top, 'home/secret.md'), 'secret\n');
  symlinkSync(join(top, 'home/secret.md'), join(top, 'repo/.dispatch/rev.md'));
  for (const wanted of ['./rev.md', '../../home/secret.md'])
    expect(() => findSkill(surroundings, wanted, search)).toThrow(
      expect.objectContaining({ code: 'skill_outside' }),
    );
});
