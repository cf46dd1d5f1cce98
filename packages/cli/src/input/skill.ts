import { UsageError } from '@dispatch/core';
import type { RequestedSkill } from '@dispatch/runtime';
import type { Context } from '../context.ts';
import { loadRuntime } from '../library.ts';
import { readTextFile } from './text-file.ts';

/**
 * A skill as it reads now. `from`: the folder that a path counts from. Throws what `findSkill` throws, and UsageError
 * where its file is no text or says nothing.
 */
export async function readSkill(
  context: Context,
  wanted: string,
  places: { from: string; workspace: string },
): Promise<RequestedSkill> {
  const { runtime, surroundings } = await loadRuntime(context);
  const found = runtime.findSkill(surroundings, wanted, places);
  const text = readTextFile(found.source, '--skill');
  if (text.trim() === '')
    throw new UsageError(
      'empty_text',
      `${found.source} is empty`,
      'A skill says how something is to be done.',
    );
  return { ...found, text };
}
