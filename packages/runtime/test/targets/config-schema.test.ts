import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { backendTypes } from '@dispatch/backends';
import { parseConfig } from '@dispatch/core';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';

const url = new URL('../../../../docs/schemas/config.schema.json', import.meta.url);
const schema = JSON.parse(readFileSync(url, 'utf8')) as object;
const fits = new Ajv({ strict: false }).compile(schema);

/** Whether the reader takes it, but for names that lead nowhere. */
async function isRead(text: string): Promise<boolean> {
  try {
    await parseConfig({ text, path: 'c', backendTypes });
    return true;
  } catch (error) {
    return /which is not there/.test((error as Error).message);
  }
}

const taken = [
  '{}',
  'default: codex',
  'default:',
  'backends: {a: {executable: x, args: [-p, ""], type: generic}, codex: , work: {type: pi}}',
  'models: {gpt-5: {backend: codex}, "a[1m]": {backend: claude, model: opus}, d: {backend: pi, model: null}}',
  'aliases: {a: {model: b, prompt: "x\\ny"}}',
  'agents: {a: {backend: pi, model: x, mode: auto, execution_mode: danger, skill: ./x, guidance: "y"}, b: , c: {}}',
  'settings: {execution_mode: read_only, on_interrupt: park, timeout: 90s, stall_timeout: none, leftovers: end, verify: npm test, verify_timeout: 1h30m}',
  'settings: {timeout: 90, stall_timeout: "1.5h"}',
  'settings:',
];
const refused = [
  '[]',
  'defalt: x',
  'default: 7',
  'default: ""',
  'backends: [a]',
  'backends: {"my agent": {executable: x}}',
  'backends: {a: {exec: x}}',
  'backends: {a: {executable: x, args: [7]}}',
  'backends: {a: {executable: x, args: y}}',
  'models: {a: {}}',
  'models: {a: {backend: codex, model: 5}}',
  'aliases: {a: {prompt: x}}',
  'agents: {a: {prompt: x}}',
  'agents: {a: {mode: fast}}',
  'agents: {a: {execution_mode: yolo}}',
  'agents: {a: {guidance: ""}}',
  'settings: {execution_mode: yolo}',
  'settings: {on_interrupt: retry}',
  'settings: {timeout: soon}',
  'settings: {timeout: 0}',
  'settings: {verify: [a]}',
  'settings: {key: a}',
];

test.each(taken)('reader and schema take %s', async (text) => {
  expect([await isRead(text), fits(parseYaml(text))]).toEqual([true, true]);
});

test.each(refused)('reader and schema refuse %s', async (text) => {
  expect([await isRead(text), fits(parseYaml(text))]).toEqual([false, false]);
});

test('it names each type of backend', () => {
  const types = [...JSON.stringify(schema).matchAll(/"const":"([^"]+)"/g)].map(([, value]) => value);
  expect(types).toEqual(expect.arrayContaining([...backendTypes]));
  expect(types).toContain('generic');
});
