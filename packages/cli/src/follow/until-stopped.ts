import type { Context } from '../context.ts';

/** What ended a command that follows. */
export interface Stop {
  signal: AbortSignal;
  /** By Ctrl-C, not because nobody reads any more. */
  interrupted(): boolean;
}

/** Runs what follows something until it ends, Ctrl-C is typed, or nobody reads stdout any more. */
export async function untilStopped<T>(
  { outside, output }: Context,
  follow: (stop: Stop) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let interrupted = false;
  const undo = outside.onInterrupt(() => {
    interrupted = true;
    controller.abort();
  });
  output.closed.addEventListener('abort', () => controller.abort());
  if (output.closed.aborted) controller.abort();
  try {
    return await follow({ signal: controller.signal, interrupted: () => interrupted });
  } finally {
    undo();
  }
}
