import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rememberCandidates } from '../src/candidates.ts';
import { completeTyped } from '../src/completion.ts';

const tasks = [
  { value: '1m8pej1ddeszda', description: 'has a question  Paint' },
  { value: '@last', description: 'the newest' },
];

async function complete(typed: string, candidates: object[] = tasks) {
  const asked: (readonly string[])[] = [];
  const ask = (words: readonly string[]): Promise<unknown> => {
    asked.push(words);
    return Promise.resolve({ files: false, candidates });
  };
  const found = await completeTyped(typed, { ask, cwd: '/' });
  return { asked, values: found?.map(({ value }) => value) ?? null };
}

test('the first word is a command', async () => {
  const { values, asked } = await complete('');
  expect(values).toEqual(expect.arrayContaining(['run ', 'answer ', 'list', 'close', 'which', 'config']));
  expect(values).not.toEqual(expect.arrayContaining(['enter ']));
  expect((await complete('re')).values).toEqual(['resume ', 'result ', 'ready']);
  expect(asked).toEqual([]);
});

test.each(['list', 'answer', 'Fix the', 'Fix ', 'which ', "don't ", '"a'])(
  'nothing is offered behind %j, where Enter is to send',
  async (typed) => {
    expect(await complete(typed)).toEqual({ values: null, asked: [] });
  },
);

test('ids, in place of all that was typed', async () => {
  expect(await complete('status 1m8')).toEqual({
    values: ['status 1m8pej1ddeszda '],
    asked: [['status', '']],
  });
  expect((await complete('answer ')).values).toEqual(['answer 1m8pej1ddeszda ', 'answer @last ']);
  expect((await complete('wait 1m8pej1ddeszda ')).values).toHaveLength(2);
  expect(await complete('answer 1m8pej1ddeszda ')).toEqual({ values: null, asked: [] });
});

test('options where they may stand, without what never returns', async () => {
  const options = ['--model', '--mode', '--foreground', '--json'].map((value) => ({
    value,
    description: '',
  }));
  expect(await complete('--mo', options)).toEqual({ values: ['--model ', '--mode '], asked: [['run', '-']] });
  expect((await complete('--backend pi -', options)).values).toEqual([
    '--backend pi --model ',
    '--backend pi --mode ',
  ]);
  expect((await complete('answer 1m8pej1ddeszda -', options)).values).toHaveLength(2);
  expect((await complete('Fix it -', options)).values).toBe(null);
  expect((await complete('answer Blue it is -', options)).values).toBe(null);
});

test('values of options, quoted where they need it', async () => {
  const models = [{ value: 'a b', description: '' }];
  expect(await complete('--backend pi --model ', models)).toEqual({
    values: [`--backend pi --model 'a b' `],
    asked: [['run', '--backend', 'pi', '--model', '']],
  });
});

test('files, one level at a time', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'dispatch-complete-'));
  mkdirSync(join(cwd, 'plans'));
  writeFileSync(join(cwd, 'plans/one.md'), '');
  writeFileSync(join(cwd, '.hidden'), '');
  const ask = (): Promise<unknown> => Promise.resolve({ files: true, candidates: [] });
  const valuesOf = async (typed: string) =>
    (await completeTyped(typed, { ask, cwd }))?.map(({ value }) => value) ?? null;
  expect(await valuesOf('--from ')).toEqual(['--from plans/']);
  expect(await valuesOf('--from plans/o')).toEqual(['--from plans/one.md ']);
  expect(await valuesOf('--from nowhere/')).toBe(null);
  rmSync(cwd, { recursive: true });
});

test('dispatch is asked once for what is typed within seconds, and a failure offers nothing', async () => {
  let now = 0;
  let calls = 0;
  const ask = rememberCandidates(
    () => Promise.reject(new Error(`${(calls += 1)}`)),
    () => now,
  );
  expect(await ask(['status', ''])).toBe(null);
  await ask(['status', '']);
  expect(calls).toBe(1);
  now = 6000;
  await ask(['status', '']);
  await ask(['logs', '']);
  expect(calls).toBe(3);
  // Only the last is kept: a session may last for weeks.
  await ask(['status', '']);
  expect(calls).toBe(4);
});
