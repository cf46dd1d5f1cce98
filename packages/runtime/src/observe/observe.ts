import {
  hasCompletionMarker,
  livingAttempt,
  pendingQuestions,
  planState,
  readGrant,
  readRegular,
  untakenAnswers,
  type Attempt,
  type Grant,
  type Leftover,
  type Settings,
  type Task,
} from '@dispatch/core';
import { findBackend, type Backend, type TurnSummary } from '@dispatch/backends';
import { reservesByCommand } from '../attempts/new-session.ts';
import { beginsAsCopy } from '../attempts/session-plan.ts';
import { attemptFiles } from '../attempts/paths.ts';
import type { Details, Facts } from '../decide/index.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { ProcessTable } from '../processes/index.ts';
import { AttemptClock, type WorkingLife } from './clock.ts';
import { claimLiveness, type ClaimLiveness } from './liveness.ts';
import { orDamage } from './damage.ts';
import { evidenceOf, evidenceOfExit } from './evidence.ts';
import { LogReader, logGrowth, outputGrowth, readTail } from './log.ts';
import { observeMailbox } from './mailbox.ts';
import { readClaim, readExit } from './records.ts';
import type { Recorder } from './recorder.ts';
import { automaticFact, kindFact } from './what-follows.ts';

/** What one look at a living attempt has shown. */
export interface Observation {
  attempt: Attempt;
  facts: Facts;
  details: Details;
  liveness: ClaimLiveness;
  exitCode: number | null;
  summary: TurnSummary;
  grant: Grant | null;
  leftovers: Leftover[];
  /** Milliseconds until a limit may be over. */
  untilNextLimit: number;
  /** More of the log waits to be read. */
  logBehind: boolean;
  /** A letter in the mailbox is still to settle. */
  mailUnsettled: boolean;
}

const stderrBytes = 64 * 1024;
const claimWaitMs = 10_000;
const relaunchesAtMost = 2;

/** What is remembered of one attempt between looks; it holds nothing that cannot be read again. */
export class AttemptMemory {
  readonly attempt: number;
  readonly backend: Backend | null;
  /** Null where nothing that the agent prints is evidence. */
  readonly log: LogReader | null;
  readonly clock = new AttemptClock();

  constructor(attempt: Attempt, grant: Grant | null) {
    this.attempt = attempt.attempt;
    // What a check prints is nobody's transcript.
    this.backend =
      attempt.kind === 'check'
        ? null
        : findBackend(grant?.backend_type ?? attempt.backend_type, grant?.backend_args ?? []);
    this.log =
      attempt.kind === 'one_shot' && this.backend?.has_transcript
        ? new LogReader(attempt.stdout_path, this.backend)
        : null;
  }
}

export interface Look {
  dispatcher: Dispatcher;
  recorder: Recorder;
  memory: AttemptMemory;
  look: () => ProcessTable;
  /** At most this much of the log is read; the rest at the next look. */
  logLimit?: number;
}

export function grantOf(dispatcher: Dispatcher, task: Task, attempt: Attempt): Grant | null {
  const reading = readGrant(dispatcher.home, task.id, attempt.attempt_nonce);
  return reading.kind === 'grant' ? reading.grant : null;
}

/**
 * Looks at a living attempt and journals what is new. Processes are looked at first: what they wrote before their end
 * is then all there. Returns null where the attempt was closed meanwhile.
 */
export function observeAttempt({ dispatcher, recorder, memory, look, logLimit }: Look): Observation | null {
  const before = livingAttempt(recorder.task);
  if (before === null || before.attempt !== memory.attempt) return null;
  const grant = grantOf(dispatcher, recorder.task, before);
  const liveness = claimLiveness(dispatcher, recorder.task, before, dispatcher.store.ref, look);
  recordClaim(recorder, before, liveness);
  const ended = liveness.state === 'ended';
  const { log } = memory;
  if (log !== null) {
    orDamage(recorder, () => (ended ? log.end() : log.read(logLimit)), undefined);
    recordTranscript(dispatcher, recorder, log.summary, memory.attempt);
  }
  const { artifacts } = recorder.task;
  const files = attemptFiles(artifacts.outputs_dir, before.attempt, before.attempt_nonce);
  const exit = readExit(files.exit, before.attempt_nonce);
  const exitCode = exit.kind === 'there' ? exit.value.exit_code : null;
  const summary = memory.log?.summary;
  const markedDone = hasCompletionMarker(artifacts.mailbox_dir);
  const evidence =
    before.kind !== 'one_shot'
      ? evidenceOfExit(exitCode)
      : evidenceOf({
          backend: memory.backend,
          summary: summary ?? null,
          exitCode,
          markedDone,
          stderr: () =>
            ended ? orDamage(recorder, () => readTail(before.stderr_path, stderrBytes), '') : '',
        });
  const cutOff = ended && evidence.outcome === 'cut_off';
  const mailUnsettled = observeMailbox(dispatcher, recorder, ended, cutOff);

  const attempt = livingAttempt(recorder.task);
  if (attempt === null || attempt.attempt !== memory.attempt) return null;
  const { task } = recorder;
  const growth = orDamage(
    recorder,
    () => (memory.log === null ? outputGrowth(attempt) : logGrowth(attempt.stdout_path)),
    null,
  );
  memory.clock.look(task, attempt, {
    monotonicMs: dispatcher.machine.monotonicMs(),
    wallMs: dispatcher.clock.now().getTime(),
    log: growth,
    openTools: (summary?.open_tools.length ?? 0) > 0,
  });
  const settings = limitsOf(memory, attempt, grant?.settings ?? task.settings);
  const graceMs =
    summary !== undefined && summary.turn !== 'none' ? (memory.backend?.terminal_grace_ms ?? null) : null;
  const plan = orDamage(recorder, () => planFact(task, markedDone), unreadablePlan);
  return {
    attempt,
    liveness,
    exitCode,
    grant,
    summary: evidence.summary,
    leftovers: liveness.state === 'ended' && attempt.kind !== 'check' ? liveness.leftovers : [],
    logBehind: memory.log !== null && (growth?.bytes ?? 0) > memory.log.offset,
    mailUnsettled,
    untilNextLimit: memory.clock.untilNextLimit(settings, graceMs),
    details: { failure: evidence.failure, item: plan.item, marked_done: markedDone, limits: settings },
    facts: {
      life: lifeFact(dispatcher, attempt, liveness, () => memory.clock.limit(settings, graceMs)),
      outcome: evidence.outcome,
      stop: task.cancel_requested_at !== null ? 'cancel' : (attempt.stop?.why ?? 'none'),
      mail:
        pendingQuestions(task).length > 0 ? 'question' : untakenAnswers(task).length > 0 ? 'answer' : 'quiet',
      plan: plan.state,
      session: sessionFact(task, attempt, memory.backend, evidence.sessionUnknown),
      automatic: automaticFact(task, attempt, grant),
      kind: kindFact(task, attempt, grant),
    },
  };
}

/**
 * A check has a time of its own, whoever works by hand takes the time that it takes. An agent of a newer dispatch: what
 * silence means with it is not known here.
 */
function limitsOf({ backend }: AttemptMemory, { kind }: Attempt, settings: Settings): Settings {
  if (kind === 'interactive') return { ...settings, timeout_seconds: null, stall_timeout_seconds: null };
  if (kind === 'check')
    return { ...settings, timeout_seconds: settings.verify_timeout_seconds, stall_timeout_seconds: null };
  return backend === null ? { ...settings, stall_timeout_seconds: null } : settings;
}

function recordClaim(recorder: Recorder, attempt: Attempt, liveness: ClaimLiveness): void {
  if (attempt.claim === null && liveness.state !== 'unclaimed') {
    const files = attemptFiles(recorder.task.artifacts.outputs_dir, attempt.attempt, attempt.attempt_nonce);
    const claim = readClaim(files.claim);
    if (claim.kind === 'there' && claim.value.attempt_nonce === attempt.attempt_nonce)
      recorder.record({
        kind: 'attempt_claimed',
        message: `attempt ${attempt.attempt} is claimed by process ${claim.value.pid ?? 'none'}`,
        data: { attempt: attempt.attempt, claim: claim.value },
      });
  }
  if (attempt.leader === null && liveness.state === 'alive' && liveness.leader !== null)
    recorder.record({
      kind: 'leader_seen',
      message: `the agent is process ${liveness.leader.pid}`,
      data: { attempt: attempt.attempt, pid: liveness.leader.pid, start_time: liveness.leader.start_time },
    });
}

function recordTranscript(
  dispatcher: Dispatcher,
  recorder: Recorder,
  summary: TurnSummary,
  attempt: number,
): void {
  const { session } = recorder.task;
  // A session in a file of our own choice is known by that, whatever the agent calls it.
  if (
    summary.session_id !== null &&
    session?.locator.kind !== 'file' &&
    session?.locator.value !== summary.session_id &&
    !summary.session_unknown
  )
    recorder.record({
      kind: 'session_recorded',
      message: `native session ${summary.session_id}`,
      data: { attempt, locator: { kind: 'id', value: summary.session_id }, session_storage: null },
    });
  if (summary.established && recorder.task.session?.established === false)
    recorder.record({ kind: 'session_established', message: 'the model has answered', data: { attempt } });
  const { retry } = recorder.task;
  if (summary.retrying !== null && retry?.class !== summary.retrying.class) {
    const delay = summary.retrying.delay_ms;
    recorder.record({
      kind: 'retrying_in_agent',
      message: `the agent retries by itself: ${summary.retrying.message.slice(0, 300)}`,
      data: {
        attempt,
        class: summary.retrying.class,
        until: delay === null ? null : new Date(dispatcher.clock.now().getTime() + delay).toISOString(),
        message: summary.retrying.message.slice(0, 500),
      },
    });
  }
  if (summary.retrying === null && retry !== null)
    recorder.record({ kind: 'working_again', message: 'the agent goes on', data: { attempt } });
}

function lifeFact(
  dispatcher: Dispatcher,
  attempt: Attempt,
  liveness: ClaimLiveness,
  limit: () => WorkingLife,
): Facts['life'] {
  switch (liveness.state) {
    case 'unclaimed': {
      const waited = dispatcher.machine.monotonicMs() - attempt.started_monotonic_ms;
      if (waited < claimWaitMs * (attempt.relaunches + 1)) return 'unclaimed';
      return attempt.relaunches < relaunchesAtMost ? 'overdue' : 'never_claimed';
    }
    case 'alive':
      return liveness.agent === 'working' ? limit() : 'working';
    case 'ended':
      // Claimed for nobody: so that nothing may start any more, which somebody did not live to say.
      return attempt.claim?.pid === null ? 'never_claimed' : 'ended';
    case 'unknown':
      return liveness.claimLost ? 'claim_lost' : 'unknown';
  }
}

interface PlanFact {
  state: Facts['plan'];
  item: string | null;
}

const unreadablePlan: PlanFact = { state: 'open', item: 'plan.md is no file that can be read' };

/** A plan counts as complete with its marker only. */
function planFact(task: Task, markedDone: boolean): PlanFact {
  if (task.task_mode === 'discuss') return { state: 'draft', item: null };
  if (task.task_mode !== 'plan') return { state: 'direct', item: null };
  const text = readRegular(task.artifacts.plan_file)?.toString('utf8') ?? '';
  const { state, item } = planState(text);
  const text2 = item === null ? null : item.text;
  switch (state) {
    case 'failed_item':
    case 'blocked_item':
      return { state, item: text2 };
    case 'complete':
    case 'no_items':
      return { state: markedDone ? 'complete' : 'open', item: markedDone ? null : 'no completion marker' };
    case 'incomplete':
      return { state: 'open', item: text2 };
  }
}

function sessionFact(
  task: Task,
  attempt: Attempt,
  backend: Backend | null,
  unknownToAgent: boolean,
): Facts['session'] {
  const { session } = task;
  if (unknownToAgent && beginsAsCopy(task, attempt)) return 'lost';
  if (session === null || session.given_up) return 'none';
  // A new session that a command has made is named to the agent as one to resume.
  const named = attempt.resumes_session || (backend !== null && reservesByCommand(backend));
  if (unknownToAgent && named) return session.established ? 'lost' : 'unstarted';
  return 'resumable';
}
