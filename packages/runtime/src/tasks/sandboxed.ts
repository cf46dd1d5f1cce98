import { isTaskId, openStore, RefusedError, type Claim } from '@dispatch/core';
import { join } from 'node:path';
import type { Surroundings } from '../dispatcher.ts';
import { attemptFiles } from '../attempts/paths.ts';
import { readClaim } from '../observe/records.ts';
import { MARK, MARK_ROOT } from '../processes/index.ts';
import { detectSandbox, type Sandbox } from '../sandbox/index.ts';

/** Whether the caller sits in a host's sandbox, where nothing may be launched, judged or repaired. */
export function callersSandbox(surroundings: Surroundings): Sandbox | null {
  const { environment, machine, confined } = surroundings;
  return confined ?? detectSandbox({ env: { ...environment }, machine, claim: markedClaim(surroundings) });
}

/** What in a host's sandbox only its own walls keep from happening is refused to a worker whose server has none. */
export function requireNoWorker({ confined }: Surroundings, doing: string): void {
  if (confined?.kind === 'worker') throw refusedInSandbox(confined, doing);
}

export function refusedInSandbox({ evidence }: Sandbox, doing: string): RefusedError {
  return new RefusedError(
    'sandboxed',
    `${doing} is not possible from inside a sandbox (${evidence})`,
    'type the same command in a terminal of your own',
  );
}

/** The claim of the attempt whose mark the caller carries. */
function markedClaim({ environment, cwd, clock }: Surroundings): Claim | null {
  const [id = '', attempt = ''] = (environment[MARK] ?? '').split(':');
  const root = environment[MARK_ROOT];
  if (root === undefined || !isTaskId(id) || !/^\d+$/.test(attempt)) return null;
  try {
    const store = openStore({ root, environment: {}, cwd }, clock);
    const outputs = join(store.taskDir(id), 'outputs');
    const claim = readClaim(attemptFiles(outputs, Number(attempt), '').claim);
    return claim.kind === 'there' ? claim.value : null;
  } catch {
    return null;
  }
}
