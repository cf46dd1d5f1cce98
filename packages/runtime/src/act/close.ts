import {
  isTerminal,
  linkWhole,
  livingAttempt,
  pendingQuestions,
  readGrant,
  removeActiveMarker,
  syncFile,
  untakenAnswers,
  writeGrant,
  removeGrant,
  type Claim,
  type Journal,
  type Task,
} from '@dispatch/core';
import { attemptFiles } from '../attempts/paths.ts';
import { keepDraft } from './draft.ts';
import type { Ending } from '../decide/index.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { Observation } from '../observe/observe.ts';
import { readClaim } from '../observe/records.ts';
import { recordWorkspaceAfter } from '../workspace/record.ts';
import { endedData } from './ended.ts';

/**
 * Commits the end of an attempt, if the task is still what was looked at: a question or a cancel that came in between
 * is decided about anew. Returns the task after it, or null.
 */
export function closeAttempt(
  journal: Journal,
  seen: Task,
  observation: Observation,
  ending: Ending,
): Task | null {
  const { attempt } = observation;
  if (ending.reason === 'discussion_draft') keepDraft(seen, observation);
  syncSession(seen);
  return journal.commit((now) => {
    const living = livingAttempt(now);
    if (living === null || living.attempt !== attempt.attempt || !sameInput(now, seen)) return null;
    return {
      kind: 'attempt_ended',
      message: endMessage(attempt.attempt, ending),
      data: endedData(now, observation, ending),
    };
  });
}

/** No agent syncs the file of its session, without which a power cut would leave an end that nothing goes on from. */
function syncSession({ session }: Task): void {
  if (session?.locator.kind !== 'file') return;
  try {
    syncFile(session.locator.value);
  } catch {
    // The end is what it is; a resume says what has become of the file.
  }
}

function sameInput(now: Task, seen: Task): boolean {
  return (
    now.cancel_requested_at === seen.cancel_requested_at &&
    pendingQuestions(now).length === pendingQuestions(seen).length &&
    untakenAnswers(now).length === untakenAnswers(seen).length
  );
}

function endMessage(attempt: number, ending: Ending): string {
  const detail = ending.detail === null ? '' : `: ${ending.detail.slice(0, 300)}`;
  return `attempt ${attempt} ended (${ending.outcome}); the task is ${ending.status}, ${ending.reason}${detail}`;
}

/** Takes the claim for nobody, so that no launcher ever can. False where a launcher came first. */
export function takeClaim(dispatcher: Dispatcher, task: Task, observation: Observation): boolean {
  const { attempt } = observation;
  const { machine } = dispatcher;
  const files = attemptFiles(task.artifacts.outputs_dir, attempt.attempt, attempt.attempt_nonce);
  const claim: Claim = {
    attempt_nonce: attempt.attempt_nonce,
    pid: null,
    start_time: null,
    boot_id: machine.bootId(),
    host: machine.host(),
    pid_namespace: machine.pidNamespace(),
    root: dispatcher.store.ref,
  };
  if (linkWhole(files.claim, `${JSON.stringify(claim)}\n`, 'durable')) return true;
  // Whoever took it for nobody may have died before the end was journalled.
  const standing = readClaim(files.claim);
  return standing.kind === 'there' && standing.value.pid === null;
}

/** What follows the end of an attempt; each step may be done again by whoever comes next. */
export async function afterEnd(dispatcher: Dispatcher, task: Task): Promise<void> {
  const last = task.attempts.at(-1);
  if (last === undefined || last.phase !== 'ended') return;
  if (last.reason === 'user' && last.status === 'cancelled')
    sealGrant(dispatcher, task.id, last.attempt_nonce);
  await recordWorkspaceAfter(last.workspace_path, task.workspace_root);
  dropMarkers(dispatcher, task);
}

/**
 * Removes the markers of every attempt after which the journal shows the task terminal; the last stays while what the
 * task left running is to be ended.
 */
export function dropMarkers(dispatcher: Dispatcher, task: Task): void {
  const last = task.attempts.at(-1)?.attempt ?? 0;
  const isOver = isTerminal(task) && livingAttempt(task) === null && task.cancel_requested_at === null;
  const upTo = isOver ? last : last - 1;
  for (let attempt = 0; attempt <= upTo; attempt += 1)
    removeActiveMarker(dispatcher.store, { id: task.id, attempt });
}

/** After a cancel only a typed resume goes on, whatever a journal may say later. */
function sealGrant(dispatcher: Dispatcher, taskId: string, nonce: string): void {
  const reading = readGrant(dispatcher.home, taskId, nonce);
  if (reading.kind !== 'grant' || reading.grant.automatic_used >= sealed) return;
  removeGrant(dispatcher.home, taskId, nonce);
  writeGrant(dispatcher.home, { ...reading.grant, automatic_used: sealed });
}

const sealed = 1_000_000;
