import { describe, expect, test } from 'vitest';
import { parseCommand } from '../../src/arguments/parse.ts';
import { splitArguments } from '../../src/arguments/split.ts';
import { loadCommand } from '../../src/commands/index.ts';
import { contextWith } from '../outside.ts';

async function parse(...argv: string[]): Promise<Record<string, unknown>> {
  const typed = splitArguments(argv);
  if (typed.problem !== null) throw typed.problem;
  return parseCommand((await loadCommand(typed.command!))!, typed, contextWith()) as never;
}

async function refusal(
  ...argv: string[]
): Promise<{ code: string; message: string; hint: string; exitStatus: number }> {
  return parse(...argv).then(
    () => expect.fail(`${argv.join(' ')} was taken`),
    (error) => error as never,
  );
}

describe('what is taken', () => {
  test('every option of run, in any order', async () => {
    const command = await parse(
      ...[
        '--title',
        'list',
        'run',
        '--prompt',
        '- an item\nand more',
        '--task-mode',
        'plan',
        '--timeout',
        '1h30m',
      ],
      ...[
        '--stall-timeout=none',
        '--add-dir',
        'a',
        '--add-dir',
        'b',
        '--on-interrupt',
        'park',
        '--leftovers',
        'end',
      ],
      ...[
        '--execution-mode',
        'danger',
        '--foreground',
        '--key',
        'k',
        '--effort',
        'high',
        '--',
        '--model',
        'x',
        'run',
      ],
    );
    expect(command).toMatchObject({
      titleText: 'list',
      prompt: '- an item\nand more',
      mode: 'plan',
      timeout: 5400,
      stallTimeout: 'none',
      addDirs: ['a', 'b'],
      onInterrupt: 'park',
      leftovers: 'end',
      executionMode: 'danger',
      foreground: true,
      key: 'k',
      effort: 'high',
      agentArgs: ['--model', 'x', 'run'],
    });
  });

  test('a prompt of 100,000 characters with every kind of line end', async () => {
    const prompt = `--prompt=${'- x\r\n\u2028'.repeat(17_000)}`;
    expect((await parse('run', prompt))['prompt']).toBe(prompt.slice('--prompt='.length));
  });

  test('several ids, before and behind --', async () => {
    expect(await parse('wait', 'abcd', '--any', 'efgh', '--', 'ijkl')).toMatchObject({
      tasks: ['abcd', 'efgh', 'ijkl'],
      any: true,
    });
  });

  test('the number of a question, short or as it is written', async () => {
    for (const number of ['7', '007'])
      expect(await parse('answer', 'abcd', '--message', 'x', '--question', number)).toMatchObject({
        question: '007',
      });
  });
});

describe('what is refused, naming the value and the form', () => {
  test.each([
    [['list', '--limt', '3'], 'unknown_option', '--limt', 'Did you mean --limit?'],
    [['list', '--prompt', 'x'], 'unknown_option', '--prompt', 'dispatch list'],
    [['list', 'x'], 'unexpected_argument', '"x"', 'dispatch list'],
    [['inspect'], 'missing_argument', 'ID', 'dispatch inspect ID'],
    [['inspect', 'a', 'b'], 'unexpected_argument', '"b"', 'dispatch inspect ID'],
    [['wait'], 'missing_argument', 'ID', 'dispatch wait ID…'],
    [['answer', 'abcd'], 'missing_option', '--message', 'dispatch answer ID --message TEXT'],
    [['run', 'x', '--prompt', 'y'], 'unexpected_argument', '"x"', '[-- ARGS]'],
    [['run', '--prompt', 'x', '--prompt', 'y'], 'given_twice', '--prompt', 'once'],
    [['run', '--mode', 'plan', '--task-mode', 'plan'], 'given_twice', '--task-mode', 'once'],
    [['run', '--foreground=yes'], 'unexpected_value', '--foreground=yes', '--foreground'],
    [['run', '--mode', 'pln'], 'invalid_value', '"pln"', 'dispatch run'],
    [['run', '--timeout', '5y'], 'invalid_value', '"5y"', 'dispatch run'],
    [['list', '--limit', '0'], 'invalid_value', '"0"', 'dispatch list'],
    [['list', '--limit', '1e3'], 'invalid_value', '"1e3"', 'dispatch list'],
    [
      ['answer', 'abcd', '--message', 'x', '--question', '../1'],
      'invalid_value',
      '"../1"',
      'dispatch answer',
    ],
  ] as [string[], string, string, string][])('%j', async (argv, code, inMessage, inHint) => {
    const error = await refusal(...argv);
    expect(error.code).toBe(code);
    expect(error.exitStatus).toBe(2);
    expect(error.message).toContain(inMessage);
    expect(error.hint).toContain(inHint);
  });

  test('the nearest of the valid words is said', async () => {
    expect((await refusal('run', '--mode', 'pln')).message).toContain('Did you mean plan?');
  });
});
