import { closeSync, constants, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMissing, livingAttempt, openRegular } from '@dispatch/core';
import type { Context } from '../context.ts';
import type { Library, Reading } from '../library.ts';
import { harmlessText } from '../print/harmless.ts';
import { untilStopped } from './until-stopped.ts';

const chunkBytes = 256 * 1024;
const pollMs = 100;

/** Copies a log of an attempt byte for byte; to a terminal, which would act on them, with its controls made visible. */
export async function copyLog(
  context: Context,
  { dispatcher }: Library<Reading>,
  { id, attempt, path, follow }: { id: string; attempt: number; path: string; follow: boolean },
): Promise<number> {
  const { output } = context;
  const journal = dispatcher.store.journal(id);
  const hasEnded = (): boolean => {
    const { task } = journal.refresh();
    return task === null || livingAttempt(task)?.attempt !== attempt;
  };
  const decoder = output.page.interactive ? new TextDecoder() : null;
  const write = (bytes: Uint8Array): void =>
    output.raw(decoder === null ? bytes : harmlessText(decoder.decode(bytes, { stream: true })));
  return untilStopped(context, async ({ signal, interrupted }) => {
    for (let offset = 0; ;) {
      // Asked before reading, so that what was written last is read.
      const ended = !follow || hasEnded();
      offset = copyFrom(path, offset, write, signal);
      if (signal.aborted) return interrupted() ? 130 : 0;
      if (ended) return 0;
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
    }
  });
}

function copyFrom(
  path: string,
  from: number,
  write: (bytes: Uint8Array) => void,
  signal: AbortSignal,
): number {
  let fd: number;
  try {
    fd = openRegular(path, constants.O_RDONLY);
  } catch (error) {
    if (isMissing(error)) return from;
    throw error;
  }
  const buffer = Buffer.allocUnsafe(chunkBytes);
  try {
    for (let offset = from; ;) {
      const count = signal.aborted ? 0 : readSync(fd, buffer, 0, chunkBytes, offset);
      if (count === 0) return offset;
      write(buffer.subarray(0, count));
      offset += count;
    }
  } finally {
    closeSync(fd);
  }
}
