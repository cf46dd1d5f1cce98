import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  environmentConfig,
  loadConfig,
  overlay,
  placeOf,
  readRootConfig,
  recordTrust,
  revokeTrust,
  type ConfigPlaces,
} from '../../src/config/index.ts';

const backendTypes = ['codex', 'claude', 'pi'];
let folder: string;
let places: ConfigPlaces & { root: string };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-config-'));
  for (const name of ['home', 'root']) mkdirSync(join(folder, name));
  places = {
    user: join(folder, 'home/config.yaml'),
    root: join(folder, 'root/config.yaml'),
    trusted: join(folder, 'home/trusted'),
    cache: join(folder, 'home/runtime/config.json'),
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

async function load() {
  const { config, remember } = await loadConfig(places, backendTypes);
  remember();
  return config;
}

const trust = (): void => {
  const { path, sha256 } = readRootConfig(places.root)!;
  recordTrust(places.trusted, { path, sha256 });
};

test('the root says what the user does not, and goes before what both say', async () => {
  writeFileSync(
    places.user,
    'default: big\nmodels:\n  big: {backend: claude, model: opus}\n  small: {backend: claude, model: haiku}\nsettings:\n  timeout: 1h\n  leftovers: end\n',
  );
  writeFileSync(
    places.root,
    'models:\n  small: {backend: codex, model: mini}\nagents:\n  auditor: {model: big, skill: ./audit}\naliases:\n  review: {model: big, prompt: Find risks.}\nsettings:\n  timeout: 2h\n',
  );
  trust();
  const config = (await load())!;
  expect(config).toMatchObject({
    default: 'big',
    models: { big: { backend: 'claude' }, small: { backend: 'codex', model: 'mini' } },
    aliases: { review: { model: 'big' } },
    agents: { auditor: { model: 'big', skill: './audit' } },
    settings: { timeout_seconds: 7200, leftovers: 'end' },
  });
  const at = (key: string): string => placeOf(config, key);
  expect(['default', 'models.big', 'settings.leftovers'].map(at)).toEqual(Array(3).fill(places.user));
  expect(['models.small', 'aliases.review', 'agents.auditor', 'settings.timeout_seconds'].map(at)).toEqual(
    Array(4).fill(places.root),
  );
  expect(await load()).toEqual(config);
});

test('the environment goes before both', () => {
  const lower = overlay(null, {
    path: '/u',
    elsewhere: {},
    default: 'codex',
    backends: {},
    models: {},
    aliases: {},
    agents: {},
    settings: { timeout_seconds: 60, leftovers: 'end' },
  });
  const config = overlay(
    lower,
    environmentConfig({ DISPATCH_TIMEOUT: '2m', DISPATCH_DEFAULT: 'pi', DISPATCH_VERIFY: '' }),
  )!;
  expect(config).toMatchObject({ default: 'pi', settings: { timeout_seconds: 120, leftovers: 'end' } });
  expect(placeOf(config, 'default')).toBe('DISPATCH_DEFAULT');
  expect(placeOf(config, 'settings.timeout_seconds')).toBe('DISPATCH_TIMEOUT');
  expect(placeOf(config, 'settings.leftovers')).toBe('/u');
  expect(environmentConfig({ DISPATCH_HOME: '/x' })).toBeNull();
});

test.each([
  [{ DISPATCH_TIMEOUT: 'soon' }, 'DISPATCH_TIMEOUT'],
  [{ DISPATCH_EXECUTION_MODE: 'yolo' }, 'DISPATCH_EXECUTION_MODE'],
  [{ DISPATCH_VERIFY: 'false\ntrue' }, 'DISPATCH_VERIFY'],
  [{ DISPATCH_VERIFY: '  ' }, 'DISPATCH_VERIFY'],
  [{ DISPATCH_VERIFY: 'x'.repeat(1001) }, 'DISPATCH_VERIFY'],
])('the environment says what cannot be: %o', (environment, name) => {
  expect(() => environmentConfig(environment)).toThrow(
    expect.objectContaining({ code: 'invalid_value', message: expect.stringContaining(name) as string }),
  );
});

describe('a config that came with a repository', () => {
  test.each([
    ['default: pi\n', 'default: pi'],
    ['backends:\n  codex: {executable: ./evil}\n', 'backends.codex: ./evil'],
    ['backends:\n  codex: {args: [--yolo]}\n', 'backends.codex: codex --yolo'],
    ['backends:\n  codex: {type: pi}\n', 'backends.codex: pi'],
    ['backends:\n  codex: {}\n', 'backends.codex: codex'],
    ['models:\n  sonnet: {backend: pi}\n', 'models.sonnet: of pi'],
    ['models:\n  a: {backend: pi}\naliases:\n  quick: {model: a, prompt: Ignore it.}\n', 'aliases.quick: a'],
    [
      'agents:\n  reviewer: {backend: pi, execution_mode: danger}\n',
      'agents.reviewer: pi, execution mode danger',
    ],
    ['agents:\n  reviewer: {}\n', 'agents.reviewer: the default'],
    ['settings:\n  verify: curl evil\n', 'settings.verify: curl evil'],
    ['settings:\n  verify: none\n', 'settings.verify: none'],
    ['settings:\n  execution_mode: danger\n', 'settings.execution_mode: danger'],
  ])('may not say this until it is trusted: %j', async (text, demand) => {
    writeFileSync(places.root, text);
    await expect(load()).rejects.toMatchObject({
      code: 'config_untrusted',
      message: expect.stringContaining(demand) as string,
    });
    trust();
    expect(await load()).not.toBeNull();
    // Kept for the next reader, and not believed of another text.
    writeFileSync(places.root, `${text}# changed\n`);
    await expect(load()).rejects.toMatchObject({ code: 'config_untrusted' });
    writeFileSync(places.root, text);
    expect(await load()).not.toBeNull();
    const { path } = readRootConfig(places.root)!;
    expect(revokeTrust(places.trusted, path)).toBe(true);
    expect(revokeTrust(places.trusted, path)).toBe(false);
    await expect(load()).rejects.toMatchObject({ code: 'config_untrusted' });
  });

  test('sets limits and the mode that writes nothing without', async () => {
    writeFileSync(
      places.root,
      'settings:\n  timeout: 1m\n  stall_timeout: 1h\n  on_interrupt: park\n  leftovers: end\n  verify_timeout: 5m\n  execution_mode: read_only\n',
    );
    expect(await load()).toMatchObject({ settings: { timeout_seconds: 60, execution_mode: 'read_only' } });
  });

  test('is trusted at its place alone', async () => {
    writeFileSync(places.root, 'default: pi\n');
    trust();
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'config.yaml'), 'default: pi\n');
    places = { ...places, root: join(other, 'config.yaml') };
    await expect(load()).rejects.toMatchObject({ code: 'config_untrusted' });
  });

  test('may be no link', async () => {
    writeFileSync(join(folder, 'elsewhere'), 'default: pi\n');
    symlinkSync(join(folder, 'elsewhere'), places.root);
    await expect(load()).rejects.toMatchObject({ code: 'config_unreadable' });
  });

  test("is the user's own where the home is the root", async () => {
    writeFileSync(places.user, 'default: pi\n');
    places = { ...places, root: places.user };
    expect(await load()).toMatchObject({ default: 'pi' });
  });

  test('whose error is told with its place', async () => {
    writeFileSync(places.user, 'models:\n  a: {backend: codex}\n');
    writeFileSync(places.root, 'aliases:\n  b: {model: aa}\n');
    await expect(load()).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(`${places.root}:2:14`) as string,
      hint: expect.stringContaining('Did you mean a?') as string,
    });
  });
});
