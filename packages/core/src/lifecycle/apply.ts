import { join } from 'node:path';
import type { Artifacts, EventDataOf, JournalEvent, Task } from '../records/index.ts';
import { applyAttemptEvent } from './apply-attempt.ts';
import { applyQuestionEvent } from './apply-question.ts';

/** The version of this fold. An event that changes the status carries the lowest version that understands it. */
export const foldVersion = 1;

export const terminalStatuses = ['completed', 'failed', 'cancelled'] as const;

/** Whether a task has ended: only a `resume` goes on with it. */
export function isTerminal(task: Pick<Task, 'status'>): boolean {
  return (terminalStatuses as readonly string[]).includes(task.status);
}

/** The attempt that has not ended, or null. */
export function livingAttempt(task: Task): Task['attempts'][number] | null {
  const last = task.attempts.at(-1);
  return last !== undefined && last.phase !== 'ended' ? last : null;
}

/** The attempts of agents, without the checks between them. */
export function agentAttempts({ attempts }: Pick<Task, 'attempts'>): Task['attempts'] {
  return attempts.filter(({ kind }) => kind !== 'check');
}

/** The last attempt of the agent itself, whatever was checked since. */
export function lastAgentAttempt(task: Pick<Task, 'attempts'>): Task['attempts'][number] | null {
  return agentAttempts(task).at(-1) ?? null;
}

/** The last attempt in which the agent worked by itself and was listened to. */
export function lastHeardAttempt({ attempts }: Pick<Task, 'attempts'>): Task['attempts'][number] | null {
  return attempts.findLast(({ kind }) => kind === 'one_shot') ?? null;
}

/** The check of what the agent claimed last; null where none has begun. */
export function lastCheck(task: Task): Task['attempts'][number] | null {
  const last = task.attempts.at(-1);
  return last?.kind === 'check' ? last : null;
}

export function artifactsOf(taskDir: string): Artifacts {
  return {
    task_file: `${taskDir}/task.json`,
    events_file: `${taskDir}/events.jsonl`,
    plan_file: `${taskDir}/plan.md`,
    output_file: `${taskDir}/output.md`,
    context_file: `${taskDir}/context.md`,
    mailbox_dir: `${taskDir}/mailbox`,
    outputs_dir: `${taskDir}/outputs`,
  };
}

/**
 * One step of the fold: the task after `event`. An event that the lifecycle does not allow in this state changes
 * nothing and returns the same object, whoever wrote it.
 */
export function apply(task: Task | null, event: JournalEvent, taskDir: string): Task | null {
  if (task === null) return event.kind === 'created' ? create(event, taskDir) : null;
  if (task.pruned) return task;
  const next = step(task, event);
  return next === task ? task : { ...next, updated_at: event.timestamp };
}

function step(task: Task, event: JournalEvent): Task {
  switch (event.kind) {
    case 'created':
      return task;
    case 'attempt_started':
    case 'attempt_relaunched':
    case 'attempt_claimed':
    case 'leader_seen':
    case 'session_recorded':
    case 'session_established':
    case 'session_given_up':
    case 'retrying_in_agent':
    case 'working_again':
    case 'stop_requested':
    case 'attempt_ended':
    case 'leftovers_ended':
      return applyAttemptEvent(task, event);
    case 'question_asked':
    case 'question_answered':
    case 'answer_taken':
      return applyQuestionEvent(task, event);
    case 'progress_reported': {
      const { attempt, message } = event.data;
      if (livingAttempt(task)?.attempt !== attempt) return task;
      return { ...task, progress: { attempt, message, at: event.timestamp } };
    }
    case 'cancel_requested':
      return task.cancel_requested_at === null ? { ...task, cancel_requested_at: event.timestamp } : task;
    case 'status_changed':
      if (livingAttempt(task) !== null || event.data.status === 'running') return task;
      return {
        ...task,
        status: event.data.status,
        reason: event.data.reason,
        detail: event.data.detail,
        requested_resume: event.data.status === 'cancelled' ? null : task.requested_resume,
        cancel_requested_at: null,
      };
    case 'resume_requested':
      if (livingAttempt(task) !== null) return task;
      return {
        ...task,
        status: 'pending',
        reason: 'sandboxed_host',
        detail: null,
        requested_resume: {
          message: event.data.message,
          execution_mode: event.data.execution_mode,
          task_mode: event.data.task_mode,
          at: event.timestamp,
        },
      };
    case 'damage_found':
      if (task.damage.some((one) => one.what === event.data.what && one.path === event.data.path))
        return task;
      return { ...task, damage: [...task.damage, { ...event.data, at: event.timestamp }].slice(-20) };
    case 'repaired':
      return { ...task, damage: [] };
    case 'root_adopted':
      return { ...task, root: event.data.root };
    case 'pruned':
      return livingAttempt(task) === null && isTerminal(task) ? { ...task, pruned: true } : task;
    case 'note':
      return { ...task };
  }
}

function create(event: Extract<JournalEvent, { kind: 'created' }>, taskDir: string): Task {
  const { data, timestamp } = event;
  return {
    id: data.id,
    title: data.title,
    prompt: data.preview,
    prompt_path: join(taskDir, join('/', data.prompt.path)),
    prompt_bytes: data.prompt.bytes,
    prompt_sha256: data.prompt.sha256,
    task_mode: data.task_mode,
    task_source: data.task_source,
    backend: data.backend,
    backend_type: data.backend_type,
    model: data.model,
    execution_mode: data.execution_mode,
    workspace_root: data.workspace_root,
    place: data.place,
    root: data.root,
    settings: data.settings,
    key_sha256: data.key_sha256,
    origin: data.origin,
    begins_from: data.begins_from ?? null,
    // Left out where there is none, as in what older versions wrote.
    ...(data.skill === undefined ? {} : { skill: data.skill }),
    ...(data.named_agent === undefined ? {} : { named_agent: data.named_agent }),
    created_at: timestamp,
    updated_at: timestamp,
    status: 'pending',
    reason: data.origin === 'sandboxed_host' ? 'sandboxed_host' : 'starting',
    detail: null,
    retry: null,
    session: adopted(data),
    cancel_requested_at: null,
    requested_resume: null,
    questions: [],
    attempts: [],
    usage: null,
    damage: [],
    pruned: false,
    artifacts: artifactsOf(taskDir),
  };
}

/** A session that was begun by hand has been at work before the task was made. */
function adopted({ begins_from: from, backend, workspace_root }: EventDataOf<'created'>): Task['session'] {
  if (from?.how !== 'adopt') return null;
  return {
    backend,
    locator: from.session,
    workspace_root,
    session_storage: from.session.kind === 'file' ? from.session.value : null,
    established: true,
    given_up: false,
  };
}
