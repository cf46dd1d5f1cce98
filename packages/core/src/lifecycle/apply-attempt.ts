import { dirname, join } from 'node:path';
import type { Attempt, JournalEvent, Task, Usage } from '../records/index.ts';

type AttemptEventKind =
  | 'attempt_started'
  | 'attempt_relaunched'
  | 'attempt_claimed'
  | 'leader_seen'
  | 'session_recorded'
  | 'session_established'
  | 'session_given_up'
  | 'retrying_in_agent'
  | 'working_again'
  | 'stop_requested'
  | 'attempt_ended'
  | 'leftovers_ended';
type AttemptEvent = Extract<JournalEvent, { kind: AttemptEventKind }>;

/** `attempt-007`, the common beginning of the names of an attempt's files. */
export function attemptFileStem(attempt: number): string {
  return `attempt-${String(attempt).padStart(3, '0')}`;
}

export function applyAttemptEvent(task: Task, event: AttemptEvent): Task {
  if (event.kind === 'attempt_started') return start(task, event);
  if (event.kind === 'session_given_up')
    return task.session === null ? task : { ...task, session: { ...task.session, given_up: true } };
  const current = task.attempts.at(-1);
  if (current === undefined || current.attempt !== event.data.attempt) return task;
  if (event.kind === 'leftovers_ended')
    return {
      ...withAttempt(task, { ...current, leftovers: event.data.remaining }),
      cancel_requested_at: current.phase === 'ended' ? null : task.cancel_requested_at,
    };
  if (current.phase === 'ended') return task;
  switch (event.kind) {
    case 'attempt_relaunched':
      return withAttempt(task, { ...current, relaunches: Math.max(current.relaunches, event.data.try) });
    case 'attempt_claimed': {
      if (current.claim !== null) return task;
      const claimed = withAttempt(task, { ...current, claim: event.data.claim, phase: 'working' });
      return task.reason === 'starting' ? { ...claimed, reason: 'working' } : claimed;
    }
    case 'leader_seen':
      if (current.leader !== null) return task;
      return withAttempt(task, {
        ...current,
        leader: { pid: event.data.pid, start_time: event.data.start_time },
      });
    case 'session_recorded':
      return recordSession(task, event);
    case 'session_established':
      if (task.session === null || task.session.established) return task;
      return { ...task, session: { ...task.session, established: true } };
    case 'retrying_in_agent':
      return {
        ...task,
        ...(task.status === 'running' ? { reason: 'retrying_in_agent' as const } : {}),
        retry: {
          class: event.data.class,
          since: task.retry?.since ?? event.timestamp,
          until: event.data.until,
          message: event.data.message,
        },
      };
    case 'working_again':
      return {
        ...task,
        ...(task.reason === 'retrying_in_agent' ? { reason: 'working' as const } : {}),
        retry: null,
      };
    case 'stop_requested':
      if (current.stop !== null) return task;
      return withAttempt(task, { ...current, stop: { why: event.data.why, at: event.timestamp } });
    case 'attempt_ended':
      return end(task, current, event);
  }
}

/** A path of the journal, which a worker can write, never leads out of the task's folder. */
function below(task: Task, path: string): string {
  return join(dirname(task.artifacts.task_file), join('/', path));
}

function withAttempt(task: Task, attempt: Attempt): Task {
  return { ...task, attempts: [...task.attempts.slice(0, -1), attempt] };
}

function start(task: Task, event: Extract<AttemptEvent, { kind: 'attempt_started' }>): Task {
  const { data, timestamp } = event;
  const last = task.attempts.at(-1);
  if (data.attempt !== task.attempts.length || (last !== undefined && last.phase !== 'ended')) return task;
  const outputs = task.artifacts.outputs_dir;
  const stem = attemptFileStem(data.attempt);
  const { backend, backend_type, model } = data.target ?? task;
  const target = { backend, backend_type, model };
  const attempt: Attempt = {
    attempt: data.attempt,
    kind: data.kind,
    attempt_nonce: data.attempt_nonce,
    cause: data.cause,
    automatic: data.automatic,
    ...target,
    phase: 'starting',
    started_at: timestamp,
    ended_at: null,
    host: data.host,
    boot_id: data.boot_id,
    pid_namespace: data.pid_namespace,
    started_monotonic_ms: data.monotonic_ms,
    paused_ms: 0,
    relaunches: 0,
    execution_mode: data.execution_mode,
    prompt: data.prompt,
    message: data.message,
    answers: data.answers,
    resumes_session: data.resumes_session,
    agent_version: data.agent_version,
    environment_changed: data.environment_changed,
    claim: null,
    leader: null,
    stop: null,
    outcome: null,
    status: null,
    reason: null,
    detail: null,
    next: null,
    exit_code: null,
    model_took_part: null,
    stdout_path: join(outputs, `${stem}.stdout.log`),
    // A check writes both into one.
    stderr_path: join(outputs, `${stem}.${data.kind === 'check' ? 'stdout' : 'stderr'}.log`),
    prompt_path: below(task, data.prompt.path),
    workspace_path: data.workspace_path === null ? null : below(task, data.workspace_path),
    usage: null,
    usage_told: null,
    leftovers: [],
  };
  const before = data.cause === 'fresh' ? null : task.session;
  const sameSession = before !== null && before.locator.value === data.session?.value;
  const { progress, ...known } = task;
  return {
    ...known,
    // How far another attempt had come; a check only looks at that.
    ...(data.kind === 'check' && progress !== undefined ? { progress } : {}),
    status: 'running',
    reason: data.kind === 'check' ? 'verifying' : 'starting',
    detail: null,
    retry: null,
    cancel_requested_at: null,
    requested_resume: null,
    execution_mode: data.execution_mode,
    task_mode: data.task_mode,
    ...target,
    session:
      data.session === null
        ? before
        : {
            backend,
            locator: data.session,
            workspace_root: task.workspace_root,
            session_storage: data.session_storage,
            established: sameSession && before.established,
            given_up: false,
          },
    questions: task.questions.map((question) =>
      data.answers.includes(question.sequence) && question.answered_at !== null && question.taken_at === null
        ? { ...question, taken_at: timestamp, taken_by: 'prompt' as const }
        : question,
    ),
    attempts: [...task.attempts, attempt],
  };
}

/** A reference is recorded at first sight; once established it is never replaced by what a log adds. */
function recordSession(task: Task, event: Extract<AttemptEvent, { kind: 'session_recorded' }>): Task {
  if (task.session !== null) {
    if (task.session.locator.value === event.data.locator.value || task.session.established) return task;
  }
  return {
    ...task,
    session: {
      backend: task.backend,
      locator: event.data.locator,
      workspace_root: task.workspace_root,
      session_storage: event.data.session_storage,
      established: false,
      given_up: false,
    },
  };
}

function end(task: Task, current: Attempt, event: Extract<AttemptEvent, { kind: 'attempt_ended' }>): Task {
  const { data, timestamp } = event;
  // Pending says that another attempt follows by itself; nothing else may stay open after an end.
  if (data.status === 'running' || (data.status === 'pending') !== (data.next !== null)) return task;
  const ended: Attempt = {
    ...current,
    phase: 'ended',
    ended_at: timestamp,
    outcome: data.outcome,
    status: data.status,
    reason: data.reason,
    detail: data.detail,
    next: data.next,
    exit_code: data.exit_code,
    model_took_part: data.model_took_part ?? null,
    usage: data.usage,
    usage_told: data.usage_told ?? null,
    leftovers: data.leftovers,
  };
  return {
    ...withAttempt(task, ended),
    status: data.status,
    reason: data.reason,
    detail: data.detail,
    retry: null,
    cancel_requested_at: null,
    usage: addUsage(task.usage, data.usage),
  };
}

/** Parts that one of them does not tell are the other's. */
export function addUsage(sum: Usage | null, one: Usage | null): Usage | null {
  if (sum === null || one === null) return sum ?? one;
  const add = (a: number | null, b: number | null): number | null =>
    a === null || b === null ? (a ?? b) : Math.max(-Number.MAX_VALUE, Math.min(a + b, Number.MAX_VALUE));
  return {
    input_tokens: add(sum.input_tokens, one.input_tokens),
    output_tokens: add(sum.output_tokens, one.output_tokens),
    cached_input_tokens: add(sum.cached_input_tokens, one.cached_input_tokens),
    cost_usd: add(sum.cost_usd, one.cost_usd),
  };
}
