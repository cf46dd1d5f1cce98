import { UsageError } from '@dispatch/core';
import type { Context } from '../context.ts';
import { largestTextBytes, textOf } from './text-file.ts';

/** What was typed as `option`, or stdin where that is `-`. Throws UsageError where it says nothing. */
export async function readMessage(context: Context, value: string, option: string): Promise<string> {
  const text = value === '-' ? await readStdin(context) : value;
  if (text.trim() === '')
    throw new UsageError(
      'empty_text',
      value === '-' ? `${option} - reads stdin, which is empty` : `${option} is empty`,
      `Form: ${option} TEXT, or ${option} - for stdin`,
    );
  return text;
}

async function readStdin({ outside, output }: Context): Promise<string> {
  if (output.page.interactive) output.aside('Reading stdin; Ctrl-D ends it.');
  return textOf(await outside.readStdin(largestTextBytes), 'stdin');
}
