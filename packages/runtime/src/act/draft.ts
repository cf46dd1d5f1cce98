import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing, readRegular, replaceFile, type Task } from '@dispatch/core';
import { attemptFiles } from '../attempts/paths.ts';
import { orNull } from '../observe/damage.ts';
import { readTail } from '../observe/log.ts';
import type { Observation } from '../observe/observe.ts';

const draftBytes = 64 * 1024;

/**
 * Writes the last message of a discussion into `output.md`, which an agent that only reads cannot do itself. What stands
 * there is kept in `outputs/`. Doing it again changes nothing.
 */
export function keepDraft({ artifacts }: Task, { attempt, summary }: Observation): void {
  const draft = (summary.last_message ?? readTail(attempt.stdout_path, draftBytes)).trim();
  if (draft === '') return;
  const text = `${draft}\n`;
  const { output_file: output, outputs_dir: outputs } = artifacts;
  // A link is moved away like any file.
  if (orNull(() => readRegular(output))?.toString('utf8') === text) return;
  const { stem } = attemptFiles(outputs, attempt.attempt, attempt.attempt_nonce);
  try {
    renameSync(output, join(outputs, `${stem}.output-before.md`));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  replaceFile(output, text, 'durable');
}
