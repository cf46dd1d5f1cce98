import { describe, expect, test } from 'vitest';
import { splitArguments } from '../../src/arguments/split.ts';

describe('global options', () => {
  test.each([
    [['--json', '--root', '/r', 'list', '--limit', '3']],
    [['--root=/r', 'list', '--limit=3', '--json']],
    [['list', '--root', '/r', '--json', '--limit', '3']],
    [['--limit', '3', '--json', 'list', '--root=/r']],
  ])('are found wherever they stand: %j', (argv) => {
    expect(splitArguments(argv)).toMatchObject({
      json: true,
      root: '/r',
      command: 'list',
      tokens: [{ kind: 'option', name: '--limit', value: '3' }],
      problem: null,
    });
  });

  test('behind -- they are none', () => {
    const typed = splitArguments(['run', '--prompt', 'x', '--', '--json', '--root', 'y']);
    expect(typed).toMatchObject({ json: false, root: null, afterDashes: ['--json', '--root', 'y'] });
  });

  test('--json counts even where the rest is wrong', () => {
    const typed = splitArguments(['--root', '--json']);
    expect(typed.json).toBe(true);
    expect(typed.problem?.code).toBe('missing_value');
  });

  test('--root twice, and --json with a value, are refused', () => {
    expect(splitArguments(['--root', 'a', '--root', 'b', 'list']).problem?.code).toBe('given_twice');
    expect(splitArguments(['--json=no', 'list']).problem?.code).toBe('unexpected_value');
  });
});

describe('the command', () => {
  test('is not mistaken for the value of an option before it', () => {
    const typed = splitArguments(['--title', 'list', '--prompt', 'cancel', 'run']);
    expect(typed.command).toBe('run');
    expect(typed.tokens).toEqual([
      { kind: 'option', name: '--title', value: 'list' },
      { kind: 'option', name: '--prompt', value: 'cancel' },
    ]);
  });

  test('an unknown option before it is named, not what follows it', () => {
    const { problem } = splitArguments(['--promt', 'list', 'run']);
    expect(problem?.code).toBe('unknown_option');
    expect(problem?.message).toContain('--promt');
    expect(problem?.hint).toContain('Did you mean --prompt?');
  });
});

describe('values', () => {
  test.each(['-', '- an item', '-5', '--two words', 'a=b', 'line\nline', '-1m'])('%j is one', (value) => {
    expect(splitArguments(['run', '--prompt', value])).toMatchObject({
      tokens: [{ kind: 'option', name: '--prompt', value }],
      problem: null,
    });
  });

  test.each([['--title'], ['-x'], ['--']])('%j looks like an option: how to write it is said', (value) => {
    const { problem } = splitArguments(['run', '--prompt', value]);
    expect(problem?.code).toBe('missing_value');
    if (value !== '--') expect(problem?.hint).toContain(`--prompt=${value}`);
  });

  test('bound by = they may be anything but empty', () => {
    expect(splitArguments(['run', '--prompt=--title']).tokens).toEqual([
      { kind: 'option', name: '--prompt', value: '--title' },
    ]);
    expect(splitArguments(['run', '--title=']).problem?.code).toBe('empty_value');
    expect(splitArguments(['run', '--title', '']).problem?.code).toBe('empty_value');
  });

  test('words that begin with a dash but are no option stay words', () => {
    expect(splitArguments(['ask', '- this or that?']).tokens).toEqual([
      { kind: 'word', text: '- this or that?' },
    ]);
  });
});
