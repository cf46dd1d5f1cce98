import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseJson, readEnvelope } from '../src/envelope.ts';

const failure = { code: 'task_not_found', message: 'no task zzzz', hint: null };

test.each(['', '{not-json}', '{"ok":true'])('%j is no JSON', (text) => {
  expect(parseJson(text)).toBe(undefined);
  expect(readEnvelope(text)).toBe(null);
});

test('what succeeded has its data', () => {
  const printed = { ok: true, data: { task_id: '1m8pej1ddeszda' }, later: 1 };
  expect(readEnvelope(JSON.stringify(printed))).toEqual({ ok: true, data: printed.data });
});

test.each([null, 42, 'ok', [], {}, { task_id: '1' }, { ok: true }, { ok: 'true', data: {} }])(
  'what has no envelope is none: %j',
  (value) => {
    expect(readEnvelope(JSON.stringify(value))).toBe(null);
  },
);

test('what failed has code, message and hint', () => {
  expect(readEnvelope(JSON.stringify({ ok: false, error: failure }))).toEqual({ ok: false, error: failure });
});

test('what succeeded is no failure, nor is one without code and message', () => {
  expect(readEnvelope(JSON.stringify({ ok: true, data: 1, error: failure }))).toEqual({ ok: true, data: 1 });
  for (const error of [undefined, null, 'no', {}, { ...failure, code: 1 }, { ...failure, message: 1 }])
    expect(readEnvelope(JSON.stringify({ ok: false, error }))).toBe(null);
});

test('of every command as the docs show it', () => {
  const folder = join(import.meta.dirname, '../../../docs/examples');
  const names = readdirSync(folder);
  expect(names.length).toBeGreaterThan(20);
  for (const name of names) {
    const { prints } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { prints: { data: unknown } };
    expect(readEnvelope(JSON.stringify(prints)), name).toEqual({ ok: true, data: prints.data });
  }
});
