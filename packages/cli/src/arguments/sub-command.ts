import { UsageError } from '@dispatch/core';
import { subCommandsOf } from '../commands/index.ts';
import type { Typed } from './split.ts';

/** Takes `config show` for one command. */
export function withSubCommand(typed: Typed): Typed {
  const { command, tokens } = typed;
  const seconds = command === null ? [] : subCommandsOf(command);
  if (command === null || seconds.length === 0) return typed;
  const at = tokens.findIndex(({ kind }) => kind === 'word');
  const token = tokens[at];
  if (token?.kind !== 'word') {
    const form = `dispatch ${command} ${seconds.join('|')}`;
    const problem = new UsageError(
      'missing_command',
      `${command} is the first of two words`,
      `Form: ${form}`,
    );
    return typed.help ? typed : { ...typed, problem: typed.problem ?? problem };
  }
  return { ...typed, command: `${command} ${token.text}`, tokens: tokens.toSpliced(at, 1) };
}
