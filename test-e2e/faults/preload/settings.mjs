import { constants } from 'node:os';
import { resolve } from 'node:path';

const modes = ['kill_before', 'kill_after', 'kill_short', 'fail', 'short'];

/** What the environment asks of this process; a wrong value ends it at once, so that no test passes by a misspelling. */
export const settings = read(process.env);

function read(env) {
  const at = env.DISPATCH_FAULT_AT;
  const mode = env.DISPATCH_FAULT_MODE;
  const errno = env.DISPATCH_FAULT_ERRNO || 'ENOSPC';
  if (at && !/^[1-9]\d*$/.test(at)) throw new Error(`DISPATCH_FAULT_AT: '${at}' is not a number from 1`);
  if (at && !modes.includes(mode))
    throw new Error(`DISPATCH_FAULT_MODE: '${mode}' is none of ${modes.join(', ')}`);
  if (!(errno in constants.errno)) throw new Error(`DISPATCH_FAULT_ERRNO: '${errno}' is not known here`);
  return {
    roots: (env.DISPATCH_FAULT_ROOTS ?? '')
      .split(':')
      .filter(Boolean)
      .map((root) => resolve(root)),
    at: at ? Number(at) : 0,
    mode,
    errno,
    log: env.DISPATCH_FAULT_LOG || undefined,
    record: env.DISPATCH_FAULT_RECORD || undefined,
    once: env.DISPATCH_FAULT_ONCE || undefined,
    chosen: process.argv.join(' ').includes(env.DISPATCH_FAULT_PROCESS ?? ''),
  };
}
