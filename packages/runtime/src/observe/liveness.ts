import { sameRoot, type Attempt, type RootRef, type Task } from '@dispatch/core';
import { findBackend } from '@dispatch/backends';
import type { Surroundings } from '../dispatcher.ts';
import {
  attemptLiveness,
  lookAtProcesses,
  type AttemptLiveness,
  type ProcessTable,
} from '../processes/index.ts';
import { attemptFiles } from '../attempts/paths.ts';
import { readClaim, readExit } from './records.ts';

/** What can be said about an attempt's processes, and by which claim. */
export type ClaimLiveness =
  | ({ state: 'unclaimed' } & { how: string })
  | (AttemptLiveness & {
      exitRecorded: boolean;
      /** `unknown` only because the claim is gone, on this very machine: a cancel can still end what is marked. */
      claimLost: boolean;
    });

/**
 * Whether an attempt lives, as far as can be proved from here. A claim that is missing or another one after it was
 * once seen proves nothing.
 */
export function claimLiveness(
  surroundings: Surroundings,
  task: Task,
  attempt: Attempt,
  root: RootRef,
  look: () => ProcessTable = lookAtProcesses,
): ClaimLiveness {
  const files = attemptFiles(task.artifacts.outputs_dir, attempt.attempt, attempt.attempt_nonce);
  const { machine } = surroundings;
  if (attempt.host !== machine.host()) return unknown(`it was started on another host (${attempt.host})`);
  if (!sameRoot(task.root, root)) return unknown('the root was moved or copied');
  if (attempt.boot_id === '' || machine.bootId() === '') return unknown('the boot is not known');
  if (attempt.boot_id !== machine.bootId())
    return attempt.host.startsWith(':')
      ? unknown('the boot id differs, and no machine id shows that this host is the same')
      : { ...unknown('the machine was started again since'), state: 'ended', agent: 'gone' };
  const claim = readClaim(files.claim);
  if (claim.kind === 'missing' && attempt.claim === null) {
    if (attempt.pid_namespace !== machine.pidNamespace())
      return unknown(`it was started in another pid namespace (${attempt.pid_namespace})`);
    return { state: 'unclaimed', how: 'no launcher has claimed it' };
  }
  const here = attempt.pid_namespace === machine.pidNamespace();
  if (claim.kind !== 'there') return lost(`its claim ${files.claim} is missing or damaged`, here);
  if (
    claim.value.attempt_nonce !== attempt.attempt_nonce ||
    (attempt.claim !== null && !sameClaim(attempt.claim, claim.value))
  )
    return lost(`its claim ${files.claim} is not the one that was made`, here);
  const exitRecorded = readExit(files.exit, attempt.attempt_nonce).kind === 'there';
  const liveness = attemptLiveness({
    claim: claim.value,
    leader: attempt.leader,
    exitRecorded,
    taskId: task.id,
    attempt: attempt.attempt,
    rootPath: root.path,
    ownExecutables:
      attempt.kind === 'check' ? [] : (findBackend(attempt.backend_type)?.own_executables ?? []),
    machine,
    look,
  });
  return { ...liveness, exitRecorded, claimLost: false };
}

function sameClaim(a: NonNullable<Attempt['claim']>, b: NonNullable<Attempt['claim']>): boolean {
  return a.pid === b.pid && a.start_time === b.start_time && a.boot_id === b.boot_id;
}

type Judged = Extract<ClaimLiveness, { exitRecorded: boolean }>;

function lost(how: string, here: boolean): Judged {
  return { ...unknown(how), claimLost: here };
}

function unknown(how: string): Judged {
  return {
    state: 'unknown',
    agent: 'unknown',
    how,
    leader: null,
    members: [],
    leftovers: [],
    exitRecorded: false,
    claimLost: false,
  };
}
