import { Type, type TSchema } from '@sinclair/typebox';
import {
  AttemptCause,
  AttemptKind,
  AttemptOutcome,
  BeginsFrom,
  BodyRef,
  Continuation,
  ExecutionMode,
  FailureClass,
  RootRef,
  SessionLocator,
  Settings,
  Skill,
  StopReason,
  TaskMode,
  TaskReason,
  TaskSource,
  TaskStatus,
  Usage,
  oneOf,
} from './vocabulary.ts';

const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Timestamp = Type.String({ description: 'RFC 3339, UTC, milliseconds' });

/** A process of an attempt that lives on after its agent. */
export const Leftover = Type.Object({
  pid: Type.Integer(),
  start_time: Type.String(),
  command: Type.String(),
});

/** The launcher's claim of an attempt; `pid` null where the owner took the claim so that nothing may start. */
export const Claim = Type.Object({
  attempt_nonce: Type.String(),
  pid: Nullable(Type.Integer({ minimum: 1 })),
  start_time: Nullable(Type.String()),
  boot_id: Type.String(),
  host: Type.String(),
  pid_namespace: Type.String(),
  root: RootRef,
});

/** A task's native session. `established` is set by the first event from the model and never taken back. */
export const Session = Type.Object({
  backend: Type.String(),
  locator: SessionLocator,
  workspace_root: Type.String(),
  session_storage: Nullable(Type.String()),
  established: Type.Boolean(),
  given_up: Type.Boolean({ description: 'not to be resumed from this store' }),
});

/** One run of an agent for a task, as far as the journal tells. Fields of its end are null until then. */
export const Attempt = Type.Object({
  attempt: Type.Integer({ minimum: 0 }),
  kind: AttemptKind,
  attempt_nonce: Type.String(),
  cause: AttemptCause,
  automatic: Type.Boolean(),
  backend: Type.String(),
  backend_type: Type.String({ description: 'by which its log is read' }),
  model: Nullable(Type.String()),
  phase: oneOf(['starting', 'working', 'ended']),
  started_at: Timestamp,
  ended_at: Nullable(Timestamp),
  host: Type.String(),
  boot_id: Type.String(),
  pid_namespace: Type.String(),
  started_monotonic_ms: Type.Number({ description: 'CLOCK_MONOTONIC, which does not count sleep' }),
  paused_ms: Type.Number({ description: 'time that a question was pending' }),
  relaunches: Type.Integer({ minimum: 0 }),
  execution_mode: ExecutionMode,
  prompt: BodyRef,
  message: Nullable(BodyRef),
  answers: Type.Array(Type.String(), { description: 'sequences of the answers that the prompt hands over' }),
  resumes_session: Type.Boolean(),
  agent_version: Nullable(Type.String({ description: 'as its executable told it at the start' })),
  environment_changed: Type.Array(Type.String()),
  claim: Nullable(Claim),
  leader: Nullable(Type.Object({ pid: Type.Integer(), start_time: Type.String() })),
  stop: Nullable(Type.Object({ why: StopReason, at: Timestamp })),
  outcome: Nullable(AttemptOutcome),
  status: Nullable(TaskStatus),
  reason: Nullable(TaskReason),
  detail: Nullable(Type.String()),
  next: Nullable(Continuation),
  exit_code: Nullable(Type.Integer()),
  model_took_part: Nullable(Type.Boolean({ description: 'null: its backend does not tell' })),
  stdout_path: Type.String(),
  stderr_path: Type.String(),
  prompt_path: Type.String(),
  workspace_path: Nullable(Type.String()),
  usage: Nullable(Usage),
  /** As the agent told it, where it counts over its whole session. */
  usage_told: Nullable(Usage),
  leftovers: Type.Array(Leftover),
});

/** What a worker asked, and what became of it. */
export const Question = Type.Object({
  sequence: Type.String({ pattern: '^[0-9]{3,}$' }),
  sha256: Type.String(),
  question: Type.String({ description: 'its beginning where it is long' }),
  attempt: Nullable(Type.Integer()),
  asked_at: Timestamp,
  asked_monotonic_ms: Type.Number(),
  answered_at: Nullable(Timestamp),
  answered_by: Nullable(oneOf(['command', 'hand'])),
  answer: Nullable(BodyRef),
  taken_at: Nullable(Timestamp),
  taken_by: Nullable(oneOf(['ask', 'prompt', 'hand'])),
});

/** Absolute paths of what belongs to a task. */
export const Artifacts = Type.Object({
  task_file: Type.String(),
  events_file: Type.String(),
  plan_file: Type.String(),
  output_file: Type.String(),
  context_file: Type.String(),
  mailbox_dir: Type.String(),
  outputs_dir: Type.String(),
});

/** What a task is: the fold of its journal. */
export const Task = Type.Object({
  id: Type.String({ pattern: '^[0-9a-z]+$' }),
  title: Type.String(),
  prompt: Type.String({ description: 'its beginning where it is long' }),
  prompt_path: Type.String(),
  prompt_bytes: Type.Integer({ minimum: 0 }),
  prompt_sha256: Type.String(),
  task_mode: TaskMode,
  task_source: TaskSource,
  backend: Type.String({ description: 'its name in the configuration' }),
  backend_type: Type.String(),
  model: Nullable(Type.String()),
  execution_mode: ExecutionMode,
  workspace_root: Type.String(),
  place: oneOf(['local']),
  root: RootRef,
  settings: Settings,
  key_sha256: Nullable(Type.String()),
  origin: oneOf(['user', 'sandboxed_host']),
  begins_from: Nullable(BeginsFrom),
  skill: Type.Optional(Skill),
  named_agent: Type.Optional(Type.String({ description: 'by which it was started' })),
  created_at: Timestamp,
  updated_at: Timestamp,
  status: TaskStatus,
  reason: TaskReason,
  detail: Nullable(Type.String()),
  retry: Nullable(
    Type.Object({
      class: FailureClass,
      since: Timestamp,
      until: Nullable(Timestamp),
      message: Type.String(),
    }),
  ),
  progress: Type.Optional(
    Type.Object(
      { attempt: Type.Integer({ minimum: 0 }), message: Type.String(), at: Timestamp },
      {
        description:
          'what the worker said last, in its newest attempt, of how far it has come; absent where it has said nothing',
      },
    ),
  ),
  session: Nullable(Session),
  cancel_requested_at: Nullable(Timestamp),
  requested_resume: Nullable(
    Type.Object({
      message: Nullable(BodyRef),
      execution_mode: Nullable(ExecutionMode),
      task_mode: Nullable(TaskMode),
      at: Timestamp,
    }),
  ),
  questions: Type.Array(Question),
  attempts: Type.Array(Attempt),
  usage: Nullable(Usage),
  damage: Type.Array(Type.Object({ what: Type.String(), path: Nullable(Type.String()), at: Timestamp })),
  pruned: Type.Boolean(),
  artifacts: Artifacts,
});

/** `task.json`: the checkpoint of the fold, which the task's own fields stand in the midst of. */
export const Snapshot = Type.Composite([
  Type.Object({
    format: Type.Literal(1),
    fold_version: Type.Integer({ minimum: 1 }),
    sequence: Type.Integer({ minimum: 1 }),
    journal_bytes: Type.Integer({ minimum: 1 }),
    nonce: Type.String({ description: 'of the last event that is folded in' }),
  }),
  Task,
  Type.Object({
    hash: Type.String({ description: 'of the text with an empty hash: its bytes and FNV-1a-32' }),
  }),
]);
