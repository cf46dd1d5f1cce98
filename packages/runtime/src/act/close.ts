import {
  agentAttempts,
  addUsage,
  isTerminal,
  linkWhole,
  livingAttempt,
  pendingQuestions,
  readGrant,
  readRegular,
  removeActiveMarker,
  replaceFile,
  untakenAnswers,
  writeGrant,
  removeGrant,
  type Attempt,
  type Claim,
  type Journal,
  type Task,
  type Usage,
} from '@dispatch/core';
import { attemptFiles } from '../attempts/paths.ts';
import { keepDraft } from './draft.ts';
import type { Ending } from '../decide/index.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { Observation } from '../observe/observe.ts';
import { readClaim } from '../observe/records.ts';
import { readWorkspace } from '../workspace/index.ts';
import { findBackend } from '@dispatch/backends';

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
  const { attempt, exitCode, leftovers } = observation;
  if (ending.reason === 'discussion_draft') keepDraft(seen, observation);
  return journal.commit((now) => {
    const living = livingAttempt(now);
    if (living === null || living.attempt !== attempt.attempt || !sameInput(now, seen)) return null;
    return {
      kind: 'attempt_ended',
      message: endMessage(attempt.attempt, ending),
      data: {
        attempt: attempt.attempt,
        outcome: ending.outcome,
        status: ending.status,
        reason: ending.reason,
        detail: ending.detail?.slice(0, 600) ?? null,
        next: ending.next,
        exit_code: exitCode,
        model_took_part: tookPart(observation),
        usage: usageOf(now, observation),
        leftovers: leftovers.slice(0, 8).map((one) => ({ ...one, command: one.command.slice(0, 120) })),
      },
    };
  });
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

/** Null where nothing that the agent prints would show it. */
function tookPart({ summary, attempt }: Observation): boolean | null {
  if (attempt.kind === 'check') return null;
  return findBackend(attempt.backend_type)?.has_transcript === true ? summary.established : null;
}

/** What this attempt used: where the agent counts over its whole thread, the difference to what was counted there before. */
function usageOf(task: Task, { summary, attempt }: Observation): Usage | null {
  if (summary.usage === null) return null;
  const scope = findBackend(attempt.backend_type)?.usage_scope(attempt.agent_version);
  const before = usageOfSession(task, attempt);
  const since = (now: number | null, earlier: number | null | undefined): number | null =>
    now === null ? null : Math.max(0, now - (earlier ?? 0));
  const { usage } = summary;
  const tokens = scope?.tokens === 'thread';
  return {
    input_tokens: tokens ? since(usage.input_tokens, before?.input_tokens) : usage.input_tokens,
    output_tokens: tokens ? since(usage.output_tokens, before?.output_tokens) : usage.output_tokens,
    cached_input_tokens: tokens
      ? since(usage.cached_input_tokens, before?.cached_input_tokens)
      : usage.cached_input_tokens,
    cost_usd: scope?.cost === 'session' ? since(usage.cost_usd, before?.cost_usd) : usage.cost_usd,
  };
}

/** What the attempts before have told of the session that this one goes on with; null where it began its own. */
function usageOfSession(task: Task, attempt: Attempt): Usage | null {
  const own = agentAttempts(task).filter((one) => one.attempt <= attempt.attempt);
  let sum: Usage | null = null;
  for (let at = own.length - 1; at > 0 && own[at]?.resumes_session === true; at -= 1)
    sum = addUsage(sum, own[at - 1]?.usage ?? null);
  return sum;
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

async function recordWorkspaceAfter(path: string | null, workspace: string): Promise<void> {
  if (path === null) return;
  try {
    const record: unknown = JSON.parse(readRegular(path)?.toString('utf8') ?? '');
    if (typeof record !== 'object' || record === null || !('before' in record)) return;
    if ('after' in record && record.after !== null) return;
    const after = await readWorkspace(workspace, { timeoutMs: 10_000 });
    replaceFile(path, `${JSON.stringify({ ...record, after }, null, 2)}\n`, 'cached');
  } catch {
    // What the workspace was like is worth less than the task's end; `result` says that it is not known.
  }
}
