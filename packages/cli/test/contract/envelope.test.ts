import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEnvelope } from '../../src/contract/envelope.ts';

const document = (value: unknown): string => `${JSON.stringify(value)}\n`;
const failure = { code: 'task_not_found', message: 'no task zzzz', hint: null };

describe('what a command printed', () => {
  test.for(['', '{not-json}', 'Segmentation fault\n', '{"ok":true,"data":', 'null', '[]', '"ok"', '42'])(
    'is nothing where it is no document: %s',
    (text) => {
      expect(readEnvelope(text)).toBe(null);
    },
  );

  test('has its data where it succeeded, with fields of a later version', () => {
    const printed = { ok: true, data: { task_id: '123', status: 'running', later: 1 }, later: 2 };
    expect(readEnvelope<'run'>(document(printed))).toEqual(printed);
  });

  test('is none without its data', () => {
    for (const value of [{ task_id: '123' }, { ok: true }, { ok: 'true', data: {} }, { data: {} }])
      expect(readEnvelope(document(value))).toBe(null);
  });

  test('has code, message and hint where it failed', () => {
    const printed = { ok: false, error: failure };
    expect(readEnvelope(document(printed))).toEqual(printed);
  });

  test('is no failure without them, nor where it succeeded', () => {
    for (const error of [undefined, null, 'no task', {}, { ...failure, code: 4 }, { ...failure, hint: 1 }])
      expect(readEnvelope(document({ ok: false, error }))).toBe(null);
    expect(readEnvelope(document({ ok: true, data: {}, error: failure }))).toMatchObject({ ok: true });
  });

  test('is the last line of a command that follows, and one document over several lines', () => {
    const last = { ok: true, data: { task_id: '123', position: null } };
    expect(readEnvelope(`${document({ type: 'text', text: 'I look.' })}${document(last)}`)).toEqual(last);
    expect(readEnvelope(document({ type: 'text', text: 'I look.' }))).toBe(null);
    const long =
      '{"ok":true,"data":{"transcript":[{"type":"text"},\n{"type":"turn_end"}],"position":"0:1"}}\n';
    expect(readEnvelope(long)).toMatchObject({ ok: true, data: { position: '0:1' } });
  });

  test('of every command as the docs show it', () => {
    const folder = join(import.meta.dirname, '../../../../docs/examples');
    for (const name of readdirSync(folder)) {
      const { prints } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { prints: unknown };
      expect(readEnvelope(document(prints)), name).toEqual(prints);
    }
  });
});
