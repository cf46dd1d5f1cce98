import { describe, expect, test } from 'vitest';
import { parseConfig, resolveTarget, type Config, type InstalledBackend } from '../../src/config/index.ts';
import { DispatchError } from '../../src/errors.ts';

const backendTypes = ['pi', 'codex', 'claude', 'other'];
const is = (type: string, loggedIn: boolean | null): InstalledBackend => ({
  type,
  executable: `/bin/${type}`,
  loggedIn,
});
const installed = [is('claude', true), is('codex', true), is('pi', false)];
const config = (text: string): Promise<Config> => parseConfig({ text, path: '/u/config.yaml', backendTypes });

const full = `
default: fast
backends:
  codex: {executable: /opt/codex, args: [-v]}
  mine: {executable: my-agent}
  work: {type: claude}
models:
  fast: {backend: codex, model: gpt-5-mini}
  pi-default: {backend: pi}
aliases:
  reviewer: {model: pi-default, prompt: Find risks.}
`;

const errorOf = (act: () => unknown): DispatchError => {
  try {
    act();
  } catch (error) {
    if (error instanceof DispatchError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('without a config', () => {
  test.each([
    ['the preferred of those logged in', installed, 'codex'],
    ['unknown over logged out', [is('pi', false), is('claude', null)], 'claude'],
    ['logged in over unknown', [is('pi', null), is('other', true)], 'other'],
    ['the preferred of the unknown', [is('other', null), is('claude', null), is('pi', null)], 'pi'],
    ['one that is logged out, where there is no other', [is('pi', false)], 'pi'],
  ])('chooses %s', (_name, those, type) => {
    expect(resolveTarget(null, { backendTypes, installed: those })).toMatchObject({
      backend: type,
      backendType: type,
      executable: `/bin/${type}`,
      args: [],
      model: null,
      promptPrefix: null,
    });
  });

  test('says why', () => {
    const { why } = resolveTarget(null, { backendTypes, installed });
    expect(why).toBe('codex is installed and logged in, preferred to claude, pi.');
    expect(resolveTarget(null, { backendTypes, installed: [is('pi', false)] }).why).toContain(
      'not logged in',
    );
  });

  test('passes a model as it is', () => {
    expect(resolveTarget(null, { model: 'any/thing', backendTypes, installed })).toMatchObject({
      backend: 'codex',
      model: 'any/thing',
    });
    const typed = resolveTarget(null, { backend: 'pi', model: 'x', backendTypes, installed });
    expect(typed).toMatchObject({ backend: 'pi', model: 'x', why: '--backend pi was given.' });
  });

  test('names what is missing', () => {
    expect(errorOf(() => resolveTarget(null, { backendTypes, installed: [] }))).toMatchObject({
      code: 'backend_missing',
      exitStatus: 5,
    });
    expect(errorOf(() => resolveTarget(null, { backend: 'other', backendTypes, installed }))).toMatchObject({
      code: 'backend_missing',
    });
  });

  test('refuses a backend that does not exist, naming the nearest', () => {
    const error = errorOf(() => resolveTarget(null, { backend: 'cladue', backendTypes, installed }));
    expect(error).toMatchObject({ code: 'unknown_backend', exitStatus: 2 });
    expect(error.hint).toMatch(/^Did you mean claude\? Valid: claude, .*pi/);
    expect(errorOf(() => resolveTarget(null, { backend: '', backendTypes, installed })).code).toBe(
      'unknown_backend',
    );
  });
});

describe('with a config', () => {
  test.each([
    ['the default', {}, { backend: 'codex', executable: '/opt/codex', args: ['-v'], model: 'gpt-5-mini' }],
    [
      'an alias',
      { model: 'reviewer' },
      { backend: 'pi', executable: '/bin/pi', model: null, promptPrefix: 'Find risks.' },
    ],
    ['a model', { model: 'fast' }, { backend: 'codex', model: 'gpt-5-mini', promptPrefix: null }],
    [
      'a backend of its own',
      { backend: 'mine' },
      { backendType: 'generic', executable: 'my-agent', model: null },
    ],
    [
      'a backend of a built-in type',
      { backend: 'work' },
      { backendType: 'claude', executable: '/bin/claude' },
    ],
    [
      'a built-in backend that it does not name',
      { backend: 'claude' },
      { backendType: 'claude', executable: '/bin/claude' },
    ],
    [
      'a model of any name with --backend',
      { backend: 'codex', model: 'fast' },
      { backend: 'codex', model: 'fast' },
    ],
  ])('takes %s', async (_name, wanted, expected) => {
    expect(resolveTarget(await config(full), { ...wanted, backendTypes, installed })).toMatchObject(expected);
  });

  test.each([
    [{}, 'The default fast is a model of codex in /u/config.yaml.'],
    [{ model: 'reviewer' }, '--model reviewer is an alias for pi-default of pi in /u/config.yaml.'],
  ])('says why: %j', async (wanted, why) => {
    expect(resolveTarget(await config(full), { ...wanted, backendTypes, installed }).why).toBe(why);
  });

  test.each(['fsat', 'constructor', 'codex'])('refuses %j as model, listing the names', async (model) => {
    const known = await config(full);
    const error = errorOf(() => resolveTarget(known, { model, backendTypes, installed }));
    expect(error).toMatchObject({ code: 'unknown_model', exitStatus: 2 });
    for (const name of ['fast', 'pi-default', 'reviewer']) expect(error.hint).toContain(name);
    expect(/mean fast/.test(error.hint!)).toBe(model === 'fsat');
  });

  test.each([
    [
      'a backend by default',
      'default: claude',
      { backend: 'claude', model: null },
      'claude is the default backend in /u/config.yaml.',
    ],
    [
      'the only backend',
      'backends: {mine: {executable: x}}',
      { backend: 'mine', executable: 'x' },
      'mine is the only backend in /u/config.yaml.',
    ],
    [
      'what is installed, with its settings',
      'backends: {codex: {args: [-v]}, pi: }',
      { backend: 'codex', executable: '/bin/codex', args: ['-v'] },
      'codex is installed and logged in, preferred to claude, pi.',
    ],
    [
      'what is installed',
      'settings: {timeout: 5}',
      { backend: 'codex' },
      'codex is installed and logged in, preferred to claude, pi.',
    ],
  ])('falls back to %s', async (_name, text, expected, why) => {
    expect(resolveTarget(await config(text), { backendTypes, installed })).toMatchObject({
      ...expected,
      why,
    });
  });

  test('passes a model as it is where the config has no names of models', async () => {
    const target = resolveTarget(await config('default: claude'), { model: 'opus', backendTypes, installed });
    expect(target).toMatchObject({ backend: 'claude', model: 'opus' });
  });

  test('names a built-in type that is not installed', async () => {
    const known = await config('backends: {work: {type: other}}');
    expect(errorOf(() => resolveTarget(known, { backendTypes, installed })).hint).toContain(
      'backends.work.executable',
    );
  });

  test('lists the configured agents where none is chosen and none is installed', async () => {
    const known = await config('backends: {mine: {executable: x}, yours: {executable: y}, pi: }');
    const error = errorOf(() => resolveTarget(known, { backendTypes, installed: [] }));
    expect(error).toMatchObject({ code: 'backend_missing', exitStatus: 5 });
    expect(error.message).toContain('/u/config.yaml has mine, yours and no default');
    expect(error.hint).toContain('--backend mine');
    expect(error.hint).toContain('`default: mine` in /u/config.yaml');

    const unusable = await config('backends: {pi: , codex: }');
    expect(errorOf(() => resolveTarget(unusable, { backendTypes, installed: [] })).message).toBe(
      'no coding agent was found on this machine',
    );
  });
});
