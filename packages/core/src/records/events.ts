import { Type, type Static, type TObject, type TSchema } from '@sinclair/typebox';
import { Claim, Leftover } from './task.ts';
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
  StopReason,
  Target,
  TaskMode,
  TaskReason,
  TaskSource,
  TaskStatus,
  Usage,
  oneOf,
} from './vocabulary.ts';

const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const AttemptNumber = Type.Integer({ minimum: 0 });
const QuestionNumber = Type.String({ pattern: '^[0-9]{3,}$' });

/** What each kind of event carries as `data`. */
export const EventData = {
  created: Type.Object({
    id: Type.String({ pattern: '^[0-9a-z]+$' }),
    title: Type.String(),
    prompt: BodyRef,
    preview: Type.String(),
    task_mode: TaskMode,
    task_source: TaskSource,
    backend: Type.String(),
    backend_type: Type.String(),
    model: Nullable(Type.String()),
    execution_mode: ExecutionMode,
    workspace_root: Type.String(),
    place: oneOf(['local']),
    root: RootRef,
    settings: Settings,
    key_sha256: Nullable(Type.String()),
    origin: oneOf(['user', 'sandboxed_host']),
    begins_from: Type.Optional(Nullable(BeginsFrom)),
  }),
  attempt_started: Type.Object({
    attempt: AttemptNumber,
    attempt_nonce: Type.String(),
    kind: AttemptKind,
    cause: AttemptCause,
    automatic: Type.Boolean(),
    task_mode: TaskMode,
    prompt: BodyRef,
    message: Nullable(BodyRef),
    answers: Type.Array(QuestionNumber),
    execution_mode: ExecutionMode,
    session: Nullable(SessionLocator),
    resumes_session: Type.Boolean(),
    agent_version: Nullable(Type.String()),
    session_storage: Nullable(Type.String()),
    target: Type.Optional(Nullable(Target)),
    environment_changed: Type.Array(Type.String()),
    workspace_path: Nullable(Type.String()),
    host: Type.String(),
    boot_id: Type.String(),
    pid_namespace: Type.String(),
    monotonic_ms: Type.Number(),
  }),
  attempt_relaunched: Type.Object({ attempt: AttemptNumber, try: Type.Integer({ minimum: 1 }) }),
  attempt_claimed: Type.Object({ attempt: AttemptNumber, claim: Claim }),
  leader_seen: Type.Object({ attempt: AttemptNumber, pid: Type.Integer(), start_time: Type.String() }),
  session_recorded: Type.Object({
    attempt: AttemptNumber,
    locator: SessionLocator,
    session_storage: Nullable(Type.String()),
  }),
  session_established: Type.Object({ attempt: AttemptNumber }),
  session_given_up: Type.Object({ why: Type.String() }),
  question_asked: Type.Object({
    question: QuestionNumber,
    sha256: Type.String(),
    preview: Type.String(),
    monotonic_ms: Type.Number(),
  }),
  question_answered: Type.Object({
    question: QuestionNumber,
    question_sha256: Type.String(),
    answer: BodyRef,
    by: oneOf(['command', 'hand']),
    monotonic_ms: Type.Number(),
  }),
  answer_taken: Type.Object({
    question: QuestionNumber,
    by: oneOf(['ask', 'prompt', 'hand']),
    attempt: Nullable(AttemptNumber),
  }),
  progress_reported: Type.Object({
    attempt: AttemptNumber,
    message: Type.String({ description: 'its beginning where it is long' }),
  }),
  retrying_in_agent: Type.Object({
    attempt: AttemptNumber,
    class: FailureClass,
    until: Nullable(Type.String()),
    message: Type.String(),
  }),
  working_again: Type.Object({ attempt: AttemptNumber }),
  stop_requested: Type.Object({ attempt: AttemptNumber, why: StopReason }),
  cancel_requested: Type.Object({ attempt: Nullable(AttemptNumber) }),
  attempt_ended: Type.Object({
    attempt: AttemptNumber,
    outcome: AttemptOutcome,
    status: TaskStatus,
    reason: TaskReason,
    detail: Nullable(Type.String()),
    next: Nullable(Continuation),
    exit_code: Nullable(Type.Integer()),
    model_took_part: Type.Optional(Nullable(Type.Boolean())),
    usage: Nullable(Usage),
    usage_told: Type.Optional(Nullable(Usage)),
    leftovers: Type.Array(Leftover),
  }),
  leftovers_ended: Type.Object({ attempt: AttemptNumber, remaining: Type.Array(Leftover) }),
  status_changed: Type.Object({ status: TaskStatus, reason: TaskReason, detail: Nullable(Type.String()) }),
  resume_requested: Type.Object({
    message: Nullable(BodyRef),
    execution_mode: Nullable(ExecutionMode),
    task_mode: Nullable(TaskMode),
  }),
  damage_found: Type.Object({ what: Type.String(), path: Nullable(Type.String()) }),
  repaired: Type.Object({
    missing_from: Type.Integer({ minimum: 1 }),
    missing_to: Type.Integer({ minimum: 1 }),
  }),
  root_adopted: Type.Object({ root: RootRef, copy: Type.Boolean() }),
  pruned: Type.Object({}),
  note: Type.Object({}),
} satisfies Record<string, TObject>;

export type EventKind = keyof typeof EventData;
export type EventDataOf<K extends EventKind> = Static<(typeof EventData)[K]>;

/** The fields that each line of a journal has, whatever its kind. */
export const EventLine = Type.Object({
  sequence: Type.Integer({ minimum: 1 }),
  timestamp: Type.String(),
  kind: Type.String(),
  message: Type.String(),
  nonce: Type.String({ minLength: 1 }),
  fold_version: Type.Optional(
    Type.Integer({ description: 'the lowest version of the fold that understands a change of status' }),
  ),
  data: Type.Record(Type.String(), Type.Unknown()),
});
