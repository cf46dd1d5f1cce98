import { readFileSync } from 'node:fs';
import { backendTypes, findBackend, type AgentRequest } from '@dispatch/backends';
import { parseConfig, type Config, type UsageError } from '@dispatch/core';
import { describe, expect, test } from 'vitest';
import { defaultMode, defaultSettings } from '../../src/index.ts';

const textOf = (path: string): string =>
  readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
const parse = (text: string, path: string): Promise<Config> => parseConfig({ text, path, backendTypes });
const examplesOf = (path: string): string[] =>
  [...textOf(path).matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, yaml]) => yaml!);

/** Rows of the table of keys: key, value, default. */
const keyRows = [...textOf('docs/config.md').matchAll(/^\| `([a-z_.<>]+)` *\|(.+?)\|(.+?)\|/gm)].map(
  ([, key, value, otherwise]) => ({ key: key!, value: value!, otherwise: otherwise!.trim() }),
);

/** What the reader says of the keys of one mapping when it meets another. */
async function keysOf(text: string): Promise<string[]> {
  const error = (await parse(text, 'c').catch((reason: unknown) => reason)) as UsageError;
  return /^Its keys are (.+)\.$/.exec(error.hint ?? '')![1]!.split(', ');
}

describe.each(['docs/config.md', 'README.md'])('%s', (path) => {
  const examples = examplesOf(path);

  test('shows an example', () => {
    expect(examples).not.toEqual([]);
  });

  test.each(examples)('example %#', async (yaml) => {
    await expect(parse(yaml, path)).resolves.toMatchObject({ path });
  });
});

describe('docs/config.md', () => {
  test('names exactly the keys that are read', async () => {
    const top = (await keysOf('x: 1')).filter(
      (key) => !['backends', 'models', 'aliases', 'agents', 'settings'].includes(key),
    );
    const below = await Promise.all(
      ['backends', 'models', 'aliases', 'agents'].map(async (key) =>
        (await keysOf(`${key}: {a: {x: 1}}`)).map((name) => `${key}.<name>.${name}`),
      ),
    );
    const settings = (await keysOf('settings: {x: 1}')).map((name) => `settings.${name}`);
    expect(keyRows.map(({ key }) => key).sort()).toEqual([...top, ...below.flat(), ...settings].sort());
  });

  test('names every type of backend', () => {
    const types = keyRows.find(({ key }) => key === 'backends.<name>.type')?.value.match(/[a-z-]+/g);
    expect(types?.sort()).toEqual([...backendTypes].sort());
  });

  test('gives the settings the defaults that they have', async () => {
    const lines = keyRows.flatMap(({ key, otherwise }) =>
      key.startsWith('settings.')
        ? [`  ${key.slice('settings.'.length)}: ${otherwise.replaceAll('`', '')}`]
        : [],
    );
    const { settings } = await parse(`settings:\n${lines.join('\n')}\n`, 'defaults');
    expect(settings).toEqual({ ...defaultSettings('codex'), execution_mode: defaultMode });
  });

  test('has an example of every key', async () => {
    const [yaml = ''] = examplesOf('docs/config.md');
    for (const { key } of keyRows) expect(yaml).toMatch(new RegExp(`\\b${key.split('.').at(-1)!}: `));
  });

  test('names placeholders that are filled in', () => {
    const names = [...textOf('docs/config.md').matchAll(/^\| `(\{[a-z_]+\})` /gm)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(0);
    const request = {
      backend_args: names,
      agent_args: [],
      workspace: 'a workspace',
      prompt_file: 'a prompt',
      model: 'a model',
      session: { kind: 'new', locator: { kind: 'file', value: 'a/session' } },
    } as unknown as AgentRequest;
    for (const argument of findBackend('generic', names)!.argv(request)) expect(argument).not.toMatch(/[{}]/);
  });
});
