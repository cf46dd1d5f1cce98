import { join } from 'node:path';
import { attemptFileStem } from '@dispatch/core';

/** Names of the files of one attempt in `outputs/`. */
export interface AttemptFiles {
  stem: string;
  /** Relative to the task folder. */
  prompt: string;
  workspace: string;
  stdout: string;
  stderr: string;
  claim: string;
  exit: string;
}

export function attemptFiles(outputsDir: string, attempt: number, nonce: string): AttemptFiles {
  const stem = attemptFileStem(attempt);
  return {
    stem,
    prompt: `outputs/${stem}.${nonce}.prompt.md`,
    workspace: `outputs/${stem}.workspace.json`,
    stdout: join(outputsDir, `${stem}.stdout.log`),
    stderr: join(outputsDir, `${stem}.stderr.log`),
    claim: join(outputsDir, `${stem}.process.json`),
    exit: join(outputsDir, `${stem}.exit.json`),
  };
}
