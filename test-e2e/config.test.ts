// The user's config, edited by command; the store's, which lies over it; and the environment, which lies over both.
import {
  existsSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Stage } from './harness/index.ts';
import { cleanUpAfterEach, dataOf, dispatch, errorOf, stageScriptedAgent } from './harness/index.ts';

cleanUpAfterEach();

let stage: Stage;
let config: string;
beforeEach(async () => {
  stage = await stageScriptedAgent('#!/bin/sh\ncat\n');
  config = join(stage.home.home, '.dispatch/config.yaml');
});

const type = async (...args: string[]) => dataOf<Record<string, unknown>>(await stage.type(args));
const fails = async (...args: string[]) => errorOf(await stage.type(args));
const written = () => readFileSync(config, 'utf8');

describe('edits', () => {
  beforeEach(() => rmSync(config));

  test('begin with no file and end with one that every command reads', async () => {
    await type('config', 'add-backend', 'own', '/bin/sh', '--arg=-c', '--arg', 'printf \'{"ok":true}\\n\'');
    await type('config', 'add-model', 'review-model', '--backend', 'own', '--scoped-model', 'pi-reviewer');
    await type('config', 'add-alias', 'reviewer', '--model', 'review-model', '--prompt', 'focus on risks');
    expect(await type('config', 'set-default', 'reviewer')).toEqual({
      default: 'reviewer',
      config_path: config,
    });
    const expected = {
      default: 'reviewer',
      backends: {
        own: { executable: '/bin/sh', args: ['-c', 'printf \'{"ok":true}\\n\''], type: 'generic' },
      },
      models: { 'review-model': { backend: 'own', model: 'pi-reviewer' } },
      aliases: { reviewer: { model: 'review-model', prompt: 'focus on risks' } },
    };
    expect(await type('config', 'show')).toMatchObject(expected);
    const shown = await dispatch(['config', 'show'], { cwd: stage.cwd, env: stage.home.env });
    expect(parse(shown.stdout)).toMatchObject({
      ...expected,
      settings: { timeout: 'none', stall_timeout: '30m' },
    });
    expect(await type('ready')).toMatchObject({
      backend_count: 1,
      model_count: 1,
      alias_count: 1,
      ready: true,
    });
    const { task_id: id } = await type('run', '--prompt', 'Look.');
    expect((await stage.type(['wait', String(id)])).exitCode).toBe(0);
    await type('config', 'set-default', 'own');
    for (const what of ['alias reviewer', 'model review-model'])
      expect(await type('config', ...`remove-${what}`.split(' '))).toMatchObject({ removed: true });
    expect(await fails('config', 'remove-backend', 'own')).toMatchObject({ code: 'name_in_use' });
    expect(parse(written())).toEqual({ default: 'own', backends: { own: expect.anything() as object } });
  });

  test('keep what was written by hand, and a link to it', async () => {
    const dotfiles = join(stage.cwd, 'dotfiles.yaml');
    const text = '# Mine.\nbackends:\n    own: { executable: cat } # short\n\n# The end.\n';
    writeFileSync(dotfiles, text);
    symlinkSync(dotfiles, config);
    await type('config', 'set-default', 'own');
    expect(readlinkSync(config)).toBe(dotfiles);
    expect(written()).toBe(text.replace('# short\n', '# short\ndefault: own\n'));
  });

  test('of twenty at once lose nothing', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `model-${at}`);
    await Promise.all(names.map((name) => type('config', 'add-model', name, '--backend', 'codex')));
    expect(Object.keys((parse(written()) as { models: object }).models).toSorted()).toEqual(names.toSorted());
  });

  test('that cannot be are refused, and nothing is written', async () => {
    for (const [args, code] of [
      [['set-default', 'nobody'], 'unknown_target'],
      [['add-model', 'a', '--backend', 'codx'], 'unknown_backend'],
      [['add-model', 'a'], 'missing_option'],
      [['add-alias', 'a', '--model', 'b'], 'unknown_model'],
      [['add-backend', 'a'], 'missing_argument'],
      [['add-backend', '-a', 'b'], 'unknown_option'],
      [['remove-alias', 'a'], 'unknown_alias'],
      [['shwo'], 'unknown_command'],
      [[], 'missing_command'],
    ] as const)
      expect([args, (await fails('config', ...args)).code]).toEqual([args, code]);
    expect(existsSync(config)).toBe(false);
    writeFileSync(config, 'defalt: x\n');
    expect(await fails('config', 'set-default', 'codex')).toMatchObject({ code: 'config_invalid' });
    expect(written()).toBe('defalt: x\n');
  });

  test('bootstrap writes one from what is installed, once', async () => {
    stage.home.program('codex', '#!/bin/sh\n[ "$1" = --version ] && echo codex-cli 0.169.0\nexit 0\n');
    const made = await type('init', '--bootstrap-config');
    expect(made).toMatchObject({ bootstrapped_config: true, config_path: config });
    expect(await type('config', 'show')).toMatchObject({
      models: { 'codex-default': { backend: 'codex', model: null } },
    });
    expect(await type('config', 'validate')).toEqual({ valid: true, checked: [config] });
    const before = written();
    expect(before).toMatch(/^# yaml-language-server: \$schema=\.\/config\.schema\.json\n/);
    const schema = JSON.parse(readFileSync(join(dirname(config), 'config.schema.json'), 'utf8')) as object;
    expect(schema).toMatchObject({ type: 'object', properties: { default: {} } });
    expect(await fails('config', 'bootstrap')).toMatchObject({ code: 'config_exists' });
    expect(await type('init', '--bootstrap-config')).toMatchObject({ bootstrapped_config: false });
    expect(written()).toBe(before);
  });
});

test('flag, environment, store, user, default: the first that says it', async () => {
  await type('init');
  const over = join(stage.root, 'config.yaml');
  writeFileSync(config, `${written()}settings: {timeout: 1h, leftovers: end, on_interrupt: park}\n`);
  writeFileSync(over, 'settings: {timeout: 2h, leftovers: keep}\n');
  const env = { ...stage.home.env, DISPATCH_TIMEOUT: '3h', DISPATCH_EXECUTION_MODE: 'read_only' };
  const shown = dataOf<{ origins: Record<string, string>; settings: object }>(
    await stage.type(['config', 'show', '--origin'], { env }),
  );
  expect(shown).toMatchObject({
    settings: {
      timeout_seconds: 10_800,
      leftovers: 'keep',
      on_interrupt: 'park',
      execution_mode: 'read_only',
    },
    origins: {
      'settings.timeout_seconds': 'DISPATCH_TIMEOUT',
      'settings.execution_mode': 'DISPATCH_EXECUTION_MODE',
      'settings.leftovers': over,
      'settings.on_interrupt': config,
      'settings.verify_timeout_seconds': 'built in',
    },
  });
  const started = dataOf<{ task_id: string }>(
    await stage.type(['run', '--prompt', 'x', '--execution-mode', 'danger'], { env }),
  );
  const { task } = dataOf<{ task: object }>(await stage.type(['inspect', started.task_id]));
  expect(task).toMatchObject({
    execution_mode: 'danger',
    settings: { timeout_seconds: 10_800, leftovers: 'keep', on_interrupt: 'park' },
  });
});

describe('the config of a store that others may have written', () => {
  let over: string;
  let evil: string;
  beforeEach(async () => {
    await type('init');
    over = join(stage.root, 'config.yaml');
    evil = join(stage.cwd, 'evil');
    writeFileSync(evil, `#!/bin/sh\ntouch ${join(stage.cwd, 'ran')}\n`, { mode: 0o755 });
  });

  test.each([
    ['an executable', () => `backends:\n  scripted: {executable: ${evil}}\n`],
    ['an argument', () => 'backends:\n  scripted: {executable: cat, args: [x]}\n'],
    ['a check', () => `settings: {verify: ${evil}}\n`],
    ['a wider mode', () => 'settings: {execution_mode: danger}\n'],
    ['another agent', () => 'default: codex\n'],
  ])('names %s: nothing is run until it is trusted', async (_what, text) => {
    writeFileSync(over, text());
    for (const args of [['run', '--prompt', 'x'], ['ready'], ['backends'], ['config', 'show']])
      expect(await fails(...args)).toMatchObject({
        code: 'config_untrusted',
        hint: expect.stringContaining('dispatch trust') as string,
      });
    expect(existsSync(join(stage.cwd, 'ran'))).toBe(false);
    // What is there already can be looked at all the same.
    expect((await stage.type(['list'])).exitCode).toBe(0);
    expect((await type('trust'))['allows']).not.toEqual([]);
    await type('config', 'show');
    writeFileSync(over, `${text()}# changed\n`);
    expect(await fails('run', '--prompt', 'x')).toMatchObject({ code: 'config_untrusted' });
    await type('trust');
    expect(await type('trust', '--revoke')).toMatchObject({ revoked: true });
    expect(await fails('ready')).toMatchObject({ code: 'config_untrusted' });
  });

  test('is used once it is', async () => {
    writeFileSync(over, `default: other\nbackends:\n  other: {executable: ${evil}}\n`);
    await type('trust');
    const { task_id: id } = await type('run', '--prompt', 'x');
    await stage.type(['wait', String(id)]);
    expect(existsSync(join(stage.cwd, 'ran'))).toBe(true);
    // At another place it is another one.
    const moved = join(stage.cwd, 'moved');
    renameSync(stage.root, moved);
    expect(await fails('run', '--prompt', 'x', '--root', moved)).toMatchObject({ code: 'config_untrusted' });
  });

  test('is not there: nothing to trust', async () => {
    expect(await fails('trust')).toMatchObject({ code: 'no_root_config' });
  });
});
