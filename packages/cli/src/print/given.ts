import type { GivenAnswer } from '@dispatch/runtime';

/** An answer, as a worker reads it. */
export function givenWords({ answer, maybe_repeated: repeated }: GivenAnswer): string {
  return `${repeated ? '(You may have been given this answer before.)\n' : ''}${answer.trimEnd()}\n`;
}
