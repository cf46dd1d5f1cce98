import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlantedLink } from '@dispatch/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { finish, reportProgress, setPlanItem } from '../../src/worker/index.ts';

let taskDir: string;
const file = (name: string): string => join(taskDir, name);
const text = (name: string): string => readFileSync(file(name), 'utf8');

beforeEach(() => {
  taskDir = mkdtempSync(join(tmpdir(), 'dispatch-worker-'));
  mkdirSync(file('mailbox'));
});
afterEach(() => rmSync(taskDir, { recursive: true }));

test('the newest report counts, and an empty one is none', () => {
  reportProgress(taskDir, 'Half of it.');
  reportProgress(taskDir, 'All of it.');
  expect(text('mailbox/progress')).toBe('All of it.');
  expect(() => reportProgress(taskDir, ' ')).toThrow(expect.objectContaining({ code: 'letter_empty' }));
});

describe('setPlanItem', () => {
  test('changes one mark', () => {
    writeFileSync(file('plan.md'), '\uFEFF# Plan\r\n- [ ] ä\r\n- [ ] b');
    expect(setPlanItem(taskDir, 'ä', 'in_progress')).toMatchObject({ mark: '>', text: 'ä' });
    expect(text('plan.md')).toBe('\uFEFF# Plan\r\n- [ ] ä\r\n- [ ] b'.replace('[ ] ä', '[>] ä'));
  });

  test.each([
    ['no plan', null, 'no_plan', 'write the plan first'],
    ['a plan without items', '# Plan\n', 'no_plan', 'write the plan first'],
    ['no such item', '- [ ] b\n- [x] c', 'plan_item_unknown', '1. b; 2. c'],
    ['several', '- [ ] a b\n- [ ] x\n- [ ] a c', 'plan_item_ambiguous', '1. a b; 3. a c'],
  ])('%s', (_what, plan, code, hint) => {
    if (plan !== null) writeFileSync(file('plan.md'), plan);
    expect(() => setPlanItem(taskDir, 'a', 'done')).toThrow(
      expect.objectContaining({ code, hint: expect.stringContaining(hint) as string }),
    );
    if (plan !== null) expect(text('plan.md')).toBe(plan);
  });

  test('bytes that are no text would not come back, so nothing is written', () => {
    const bytes = Buffer.from([0x2d, 0x20, 0x5b, 0x20, 0x5d, 0x20, 0xff]);
    writeFileSync(file('plan.md'), bytes);
    expect(() => setPlanItem(taskDir, '1', 'done')).toThrow(expect.objectContaining({ code: 'no_plan' }));
    expect(readFileSync(file('plan.md'))).toEqual(bytes);
  });

  test('a link is not followed', () => {
    writeFileSync(file('elsewhere'), '- [ ] a');
    symlinkSync(file('elsewhere'), file('plan.md'));
    expect(() => setPlanItem(taskDir, 'a', 'done')).toThrow(PlantedLink);
  });
});

describe('finish', () => {
  test.each([
    ['- [ ] a', 'open'],
    ['- [>] a', 'open'],
    ['- [?] a', 'blocked'],
    ['- [!] a', 'failed'],
    ['- [x] a\n- [ ] b', 'open'],
  ])('is refused with the plan %j', (plan, word) => {
    writeFileSync(file('plan.md'), plan);
    expect(() => finish(taskDir, 'plan', 'Result.')).toThrow(
      expect.objectContaining({
        code: 'plan_open',
        message: expect.stringContaining(`is ${word}`) as string,
      }),
    );
    expect([existsSync(file('mailbox/.done')), existsSync(file('output.md'))]).toEqual([false, false]);
  });

  test.each(['- [x] a', 'no items'])('is done with the plan %j', (plan) => {
    writeFileSync(file('plan.md'), plan);
    finish(taskDir, 'plan', 'Result.');
    expect([text('mailbox/.done'), text('output.md')]).toEqual(['', 'Result.']);
  });

  test.each(['mailbox/.done', 'output.md'])('what stands in place of %s is said, and all stays', (name) => {
    mkdirSync(file(name));
    expect(() => finish(taskDir, 'direct', 'Result.')).toThrow(PlantedLink);
    expect(existsSync(file('output.md'))).toBe(name === 'output.md');
    expect(readdirSync(taskDir)).toHaveLength(name === 'output.md' ? 2 : 1);
  });

  test('a direct task asks for no plan; twice is once, and no output leaves what is there', () => {
    writeFileSync(file('plan.md'), '- [ ] a');
    writeFileSync(file('output.md'), 'Mine.');
    finish(taskDir, 'direct', null);
    finish(taskDir, 'direct', null);
    expect(text('output.md')).toBe('Mine.');
    expect(text('mailbox/.done')).toBe('');
  });
});
