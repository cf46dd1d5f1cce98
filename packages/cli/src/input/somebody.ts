import type { Context } from '../context.ts';
import type { Reading } from '../library.ts';
import { isCi } from '../output/ci.ts';

/** Of the option that rules it out, in every command that asks. */
export const noInputDescription = 'leave a question open instead of asking it here';

/** Whether somebody is there to be asked: at a terminal that is no machine's, where that was not ruled out. */
export function isSomebodyThere(
  { outside, json }: Context,
  runtime: Reading,
  { noInput }: { noInput: boolean },
): boolean {
  const { environment } = outside;
  if (noInput || json || isCi(environment) || environment['TERM'] === 'dumb') return false;
  return outside.atTerminal() && !runtime.isTypedByAgent(environment);
}
