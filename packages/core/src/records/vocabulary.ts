import { Type, type TLiteral, type TUnion } from '@sinclair/typebox';

type Literals<T extends readonly string[]> = TUnion<{ -readonly [K in keyof T]: TLiteral<T[K]> }>;

/** A closed set of lower snake_case values as a schema. */
export function oneOf<const T extends readonly string[]>(values: T): Literals<T> {
  return Type.Union(values.map((value) => Type.Literal(value))) as unknown as Literals<T>;
}

/** Where a task stands; what `reason` adds to it is in `docs/file-format.md`. */
export const TaskStatus = oneOf(['pending', 'running', 'awaiting_user', 'completed', 'failed', 'cancelled']);

/** Every reason of the lifecycle table that a store may hold today. */
export const TaskReason = oneOf([
  'starting',
  'sandboxed_host',
  'working',
  'retrying_in_agent',
  'verifying',
  'question',
  'answered',
  'discussion_draft',
  'plan_incomplete',
  'interrupted',
  'by_hand',
  'agent_error',
  'auth',
  'quota',
  'rate_limit',
  'overloaded',
  'model_unavailable',
  'refused',
  'output_limit',
  'context_length',
  'network',
  'timeout',
  'stalled',
  'session_lost',
  'session_taken',
  'backend_missing',
  'not_started',
  'verification',
  'worker_marked_done',
  'turn_succeeded',
  'user',
]);

/** The reasons a failed turn may have by the agent's own words. */
export const FailureClass = oneOf([
  'agent_error',
  'auth',
  'quota',
  'rate_limit',
  'overloaded',
  'model_unavailable',
  'refused',
  'output_limit',
  'context_length',
  'network',
  'session_lost',
  'session_taken',
]);

/** When a task is done: `direct` as its turn has succeeded, `plan` as its plan is done, too; `discuss` ends with a draft. */
export const TaskMode = oneOf(['direct', 'plan', 'discuss']);
/** How the request was given. */
export const TaskSource = oneOf(['inline_prompt', 'prompt_file', 'plan_file']);
/** What an agent is let do; what keeps it there is its own, see `modes` of a backend. */
export const ExecutionMode = oneOf(['read_only', 'standard', 'auto', 'danger']);
/** What follows when an attempt was cut off: the next one, at most twice, or a rest until the user says so. */
export const OnInterrupt = oneOf(['resume', 'park']);
/** What becomes of processes that outlive their agent. */
export const LeftoversPolicy = oneOf(['keep', 'end']);
/** Whether a worker is handed tools where its agent takes them. */
export const WorkerTools = oneOf(['auto', 'off']);

/** Why an attempt was started. */
export const AttemptCause = oneOf([
  'run',
  'resume',
  'answer',
  'interrupted',
  'continue',
  'session_unknown',
  'verify',
  'verify_failed',
  'fresh',
  'fork',
  'enter',
]);

/** Why the next attempt follows by itself. */
export const Continuation = oneOf(['interrupted', 'continue', 'session_unknown', 'verify', 'verify_failed']);

/** Whether an agent works by itself, or with its user at a terminal, or it is the check of what one claims. */
export const AttemptKind = oneOf(['one_shot', 'interactive', 'check']);

/** What became of the agent's run, as far as its own events and its end show. */
export const AttemptOutcome = oneOf(['succeeded', 'failed', 'interrupted', 'stopped', 'not_started']);

/** Why an attempt was stopped by dispatch. */
export const StopReason = oneOf(['timeout', 'stalled', 'finished']);

/** A file below the task folder, known by content. */
export const BodyRef = Type.Object({
  path: Type.String({ description: 'relative to the task folder' }),
  sha256: Type.String(),
  bytes: Type.Integer({ minimum: 0 }),
});

/** The agent that an attempt was given to, where it is another than the task had before. */
export const Target = Type.Object({
  backend: Type.String({ description: 'its name in the configuration' }),
  backend_type: Type.String(),
  model: Type.Union([Type.String(), Type.Null()]),
});

/** What a skill says is copied as a body; its folder stays where it is. Paths are absolute. */
export const Skill = Type.Object({
  name: Type.String(),
  source: Type.String({ description: 'the file that the body is a copy of' }),
  folder: Type.Union([Type.String(), Type.Null()], {
    description: 'that of its SKILL.md, which the worker may read; null for a text of another name',
  }),
  body: BodyRef,
});

/** A folder that is the same only if all three agree. */
export const RootRef = Type.Object({ path: Type.String(), dev: Type.String(), ino: Type.String() });

/** A process that is the same only if all five agree. `start_time` is in clock ticks since boot on Linux. */
export const ProcessIdentity = Type.Object({
  pid: Type.Integer({ minimum: 1 }),
  start_time: Type.String(),
  boot_id: Type.String(),
  host: Type.String({ description: 'machine id and host name' }),
  pid_namespace: Type.String({ description: 'inode of the pid namespace' }),
});

/** How an agent finds a session of its own again: by an id, or by a file. */
export const SessionLocator = Type.Object({ kind: oneOf(['id', 'file']), value: Type.String() });

/** How a task stands to a session that it did not begin: it goes on with a copy of it, or with that very one. */
export const Beginning = oneOf(['fork', 'adopt']);

/** Token counts (`input_tokens` with the cached ones in it) and cost; what the agent does not tell is null, never 0. */
export const Usage = Type.Object({
  input_tokens: Type.Union([Type.Number(), Type.Null()]),
  output_tokens: Type.Union([Type.Number(), Type.Null()]),
  cached_input_tokens: Type.Union([Type.Number(), Type.Null()]),
  cost_usd: Type.Union([Type.Number(), Type.Null()]),
});

/** What holds for every attempt of a task. Times are in seconds; null: no limit, or no check. */
export const Settings = Type.Object({
  on_interrupt: OnInterrupt,
  timeout_seconds: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()]),
  stall_timeout_seconds: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()]),
  leftovers: LeftoversPolicy,
  verify: Type.Union([Type.String(), Type.Null()], {
    description: 'a command of sh that has to succeed before a turn that claims success counts',
  }),
  verify_timeout_seconds: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()]),
  worker_tools: Type.Optional(WorkerTools),
});

/** The session that a task begins with instead of an empty one. */
export const BeginsFrom = Type.Object({
  how: Beginning,
  session: SessionLocator,
  task_id: Type.Union([Type.String(), Type.Null()], { description: 'whose session it was' }),
  usage_told: Type.Union([Usage, Type.Null()], {
    description: 'what an agent that counts over a whole session had told there last',
  }),
});
