import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig, parseConfig } from '../../src/config/index.ts';
import { UsageError } from '../../src/errors.ts';

const backendTypes = ['pi', 'codex', 'claude'];
const parse = (text: string) => parseConfig({ text, path: '/u/config.yaml', backendTypes });

const whole = `
default: reviewer
backends:
  codex:
    executable: /opt/codex
    args: [--search, "x y"]
  mine:
    executable: my-agent
  work:
    type: claude
models:
  gpt-5:
    backend: codex
  pi-default: {backend: pi, model: null}
  fast: {backend: mine, model: tiny}
aliases:
  reviewer: {model: fast, prompt: Find risks.}
agents:
  auditor: {model: reviewer, mode: discuss, execution_mode: read_only, skill: code-review, guidance: Be terse.}
  own: {backend: work, model: opus, mode: auto, skill: ./own}
settings:
  on_interrupt: park
  timeout: 2h
  stall_timeout: none
  leftovers: end
`;

test('reads every part', async () => {
  expect(await parse(whole)).toEqual({
    path: '/u/config.yaml',
    elsewhere: {},
    default: 'reviewer',
    backends: {
      codex: { executable: '/opt/codex', args: ['--search', 'x y'], type: 'codex' },
      mine: { executable: 'my-agent', args: [], type: 'generic' },
      work: { executable: null, args: [], type: 'claude' },
    },
    models: {
      'gpt-5': { backend: 'codex', model: 'gpt-5' },
      'pi-default': { backend: 'pi', model: null },
      fast: { backend: 'mine', model: 'tiny' },
    },
    aliases: { reviewer: { model: 'fast', prompt: 'Find risks.' } },
    agents: {
      auditor: {
        backend: null,
        model: 'reviewer',
        mode: 'discuss',
        execution_mode: 'read_only',
        skill: 'code-review',
        guidance: 'Be terse.',
      },
      own: {
        ...{ backend: 'work', model: 'opus', mode: null, execution_mode: null },
        ...{ skill: './own', guidance: null },
      },
    },
    settings: { on_interrupt: 'park', timeout_seconds: 7200, stall_timeout_seconds: null, leftovers: 'end' },
  });
});

const nothing = {
  elsewhere: {},
  path: '/u/config.yaml',
  default: null,
  backends: {},
  agents: {},
  models: {},
  aliases: {},
  settings: {},
};

test.each(['', '# only a comment\n', 'default:\nbackends:\nmodels: {}\nsettings: null\n'])(
  '%j sets nothing',
  async (text) => {
    expect(await parse(text)).toEqual(nothing);
  },
);

test('takes anchors, numbers as seconds and a built-in backend without an executable', async () => {
  const config = await parse(
    'backends: {codex: , pi: &x {args: [-v]}, claude: *x}\nsettings: {timeout: 90}\n',
  );
  expect(config.backends).toEqual({
    codex: { executable: null, args: [], type: 'codex' },
    pi: { executable: null, args: ['-v'], type: 'pi' },
    claude: { executable: null, args: ['-v'], type: 'claude' },
  });
  expect(config.settings).toEqual({ timeout_seconds: 90 });
});

test.each([
  ['an unknown key', 'defualt: x\n', ':1:1: the config has no key "defualt"', /default, backends/],
  [
    'an unknown key further down',
    'backends:\n  pi:\n    exe: x\n',
    ':3:5: backends.pi has no key "exe"',
    /executable/,
  ],
  ['a list for a mapping', 'backends: [a]\n', ':1:11: backends must be a mapping', /key: value/],
  ['a text for the whole', 'hello\n', ':1:1: the config must be a mapping', /key: value/],
  [
    'a number for a text',
    'models:\n  a: {backend: pi, model: 5.4}\n',
    ':2:27: models.a.model must be text',
    /quotes/,
  ],
  ['a list for a text', 'default: [a]\n', ':1:10: default must be text', /quotes/],
  [
    'a text for a list',
    'backends: {pi: {args: -v}}\n',
    ':1:23: backends.pi.args must be a list',
    /\[one, two\]/,
  ],
  [
    'a number in a list',
    'backends: {pi: {args: [5]}}\n',
    ':1:24: each of backends.pi.args must be text',
    /quotes/,
  ],
  ['a default that is not there', 'default: codx\n', ':1:10: default names "codx"', /Did you mean codex\?/],
  [
    'an alias that points to nothing',
    'aliases:\n  a: {model: b}\n',
    ':2:14: aliases.a.model names "b"',
    /none/,
  ],
  ['an alias without a model', 'aliases:\n  a: {prompt: b}\n', ':2:6: aliases.a names no model', /Add/],
  [
    'an agent of no backend',
    'agents:\n  a: {backend: claud}\n',
    ':2:16: agents.a.backend names "claud"',
    /claude/,
  ],
  [
    'an agent of a model that is not there',
    'models: {m: {backend: pi}}\nagents:\n  a: {model: n}\n',
    ':3:14: agents.a.model names "n"',
    /mean m/,
  ],
  ['an agent in no mode', 'agents: {a: {mode: fast}}\n', ':1:20: agents.a.mode cannot be "fast"', /discuss/],
  [
    'an agent that may do anything',
    'agents: {a: {execution_mode: yolo}}\n',
    ':1:30: agents.a.execution_mode cannot be "yolo"',
    /danger/,
  ],
  ['a skill of no name', 'agents: {a: {skill: "a b"}}\n', ':1:21: agents.a.skill cannot be "a b"', /slash/],
  ['a model without a backend', 'models: {a: }\n', ':1:13: models.a names no backend', /Valid: .*pi/],
  [
    'a model of no backend',
    'models:\n  a: {backend: claud}\n',
    ':2:16: models.a.backend names "claud"',
    /mean claude/,
  ],
  [
    'an unknown type',
    'backends:\n  a: {type: b, executable: c}\n',
    ':2:13: backends.a.type names "b"',
    /generic/,
  ],
  [
    'a generic one without a program',
    'backends:\n  a: {args: []}\n',
    ':2:6: backends.a names no executable',
    /executable/,
  ],
  ['a bad duration', 'settings:\n  timeout: soon\n', ':2:12: settings.timeout: "soon" is no duration', /20m/],
  ['a duration of nothing', 'settings: {stall_timeout: 0}\n', ':1:27: settings.stall_timeout', /none/],
  [
    'a bad policy',
    'settings: {leftovers: kill}\n',
    ':1:23: settings.leftovers cannot be "kill"',
    /keep or end/,
  ],
  ['broken YAML', 'default: "x\n', ': this is not valid YAML', /Correct/],
  ['a key twice', 'default: pi\ndefault: pi\n', ':2:1: this is not valid YAML', /Correct/],
  ['two documents', 'default: pi\n---\ndefault: pi\n', ': this is not valid YAML', /Correct/],
  [
    'a name with white space',
    'models: {"a b": {backend: pi}}\n',
    ':1:10: "a b" cannot be a name',
    /white space/,
  ],
  [
    'a name of the language',
    'models: {__proto__: {backend: pi}}\n',
    ':1:10: "__proto__" cannot be a name',
    /letter/,
  ],
  ['a mapping as key', '? {a: b}\n: c\n', ': a key must be plain text', /key: value/],
])('refuses %s', async (_name, text, message, hint) => {
  const error = await parse(text).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  const { code, message: actual, hint: remedy } = error as UsageError;
  expect(code).toBe('config_invalid');
  expect(actual).toContain('/u/config.yaml:');
  expect(actual).toContain(message);
  expect(remedy).toMatch(hint);
});

test('whatever the file holds, gives a config or says where it is wrong', async () => {
  const piece = fc.constantFrom(
    'default',
    'backends',
    ': ',
    '\n',
    '  ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '&a ',
    '*a',
    '"',
    'pi',
    '<<',
    '!!x ',
    '5',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 }))), async (pieces) => {
      const outcome = await parse(pieces.join('')).catch((thrown: unknown) => thrown);
      if (outcome instanceof Error)
        expect(outcome).toMatchObject({
          code: 'config_invalid',
          message: expect.stringMatching(/^\/u\/config\.yaml:\d+:\d+: /),
        });
      else expect(outcome).toHaveProperty('backends');
    }),
    { numRuns: 500 },
  );
});

describe('loadConfig', () => {
  const loadUser = (path: string, cache: string | null = null, types = backendTypes) =>
    loadConfig({ user: path, root: null, trusted: join(folder, 'trusted'), cache }, types);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dispatch-config-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('gives null where there is no file', async () => {
    const path = join(folder, 'config.yaml');
    expect((await loadUser(path)).config).toBeNull();
  });

  test('reads the file and names it', async () => {
    const path = join(folder, 'config.yaml');
    await writeFile(path, 'default: pi\n');
    expect((await loadUser(path)).config).toEqual({
      ...nothing,
      path,
      default: 'pi',
    });
  });

  test('keeps what it read, and sees every change of the file', async () => {
    const path = join(folder, 'config.yaml');
    const cachePath = join(folder, 'runtime/config.json');
    const load = async (types = backendTypes) => {
      const { config, remember } = await loadUser(path, cachePath, types);
      remember();
      return config;
    };
    await writeFile(path, 'default: pi\n');
    const first = await load();
    await writeFile(
      cachePath,
      (await readFile(cachePath, 'utf8')).replace('"default":"pi"', '"default":"codex"'),
    );
    expect(await load()).toEqual({ ...first, default: 'codex' });
    expect((await loadUser(path, cachePath, [...backendTypes].reverse())).config).toEqual(first);
    const { atime, mtime } = await stat(path);
    await writeFile(path, 'default: no\n');
    await utimes(path, atime, mtime);
    await expect(load()).rejects.toMatchObject({ code: 'config_invalid' });
    await writeFile(path, 'default: pi\n');
    await writeFile(cachePath, 'half of a ca');
    expect(await load()).toEqual(first);
  });

  test('says when it cannot read it', async () => {
    const path = join(folder, 'config.yaml');
    await mkdir(path);
    await expect(loadUser(path)).rejects.toMatchObject({
      code: 'config_unreadable',
      kind: 'environment',
    });
  });
});
