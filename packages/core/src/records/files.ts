import { Type, type TObject, type TProperties } from '@sinclair/typebox';
import {
  Beginning,
  BodyRef,
  ExecutionMode,
  oneOf,
  RootRef,
  SessionLocator,
  Settings,
  Skill,
  TaskMode,
} from './vocabulary.ts';

/** `format.json` of a store. */
export const FormatFile = Type.Object({ format: Type.Integer({ minimum: 1 }) });

/** `keys/<sha256 of K>`: the task that a key stands for and the hash of what was typed. */
export const KeyFile = Type.Object({
  task_id: Type.String(),
  input_sha256: Type.String(),
  pruned: Type.Optional(Type.Boolean({ description: 'the task is gone, and the key makes no other' })),
});

/** `outputs/attempt-NNN.exit.json`, written by the launcher: the shell's `$?` of the agent's leader. */
export const ExitFile = Type.Object({ attempt_nonce: Type.String(), exit_code: Type.Integer() });

/** `mailbox/NNN.done`: who took an answer, and the hash of what was handed over. */
export const DoneFile = Type.Object({
  taken_by: Type.String(),
  answer_sha256: Type.String(),
});

/** With no other field than its own: what a newer version adds may be a restriction. */
function closed<T extends TProperties>(schema: TObject<T>): TObject<T> {
  return Type.Object(schema.properties, { additionalProperties: false });
}

/** What one attempt may be: `runtime/grants/<task-id>.<nonce>.json` in the user's own folder. */
export const Grant = Type.Object(
  {
    version: Type.Literal(1),
    task_id: Type.String(),
    attempt: Type.Integer({ minimum: 0 }),
    attempt_nonce: Type.String(),
    runs: oneOf(['agent', 'check', 'interactive']),
    automatic_used: Type.Integer({
      minimum: 0,
      description: 'automatic attempts of the agent since the last typed one',
    }),
    checks_used: Type.Integer({ minimum: 0, description: 'checks since the last typed attempt' }),
    root: closed(RootRef),
    workspace: Type.String(),
    backend: Type.String(),
    backend_type: Type.String(),
    executable: Type.String(),
    agent_version: Type.Union([Type.String(), Type.Null()], {
      description: 'as the executable told it when the grant was written',
    }),
    backend_args: Type.Array(Type.String()),
    model: Type.Union([Type.String(), Type.Null()]),
    execution_mode: ExecutionMode,
    task_mode: TaskMode,
    settings: closed(Settings),
    effort: Type.Union([Type.String(), Type.Null()]),
    add_dirs: Type.Array(Type.String()),
    commit_paths: Type.Array(Type.String(), { description: "git's own, for a sandbox in which to commit" }),
    attachments: Type.Array(Type.String()),
    append_system_prompt: Type.Union([Type.String(), Type.Null()]),
    agent_args: Type.Array(Type.String()),
    skill: Type.Optional(closed(Type.Object({ ...Skill.properties, body: closed(BodyRef) }))),
    begins_from: Type.Union(
      [closed(Type.Object({ how: Beginning, session: closed(SessionLocator) })), Type.Null()],
      { description: 'a session that the task did not begin itself' },
    ),
    environment: Type.Record(Type.String(), Type.String()),
    request_sha256: Type.String({ description: 'of the prompt as it was typed or shown' }),
    prompt_sha256: Type.String({ description: 'of what the agent is given' }),
  },
  { additionalProperties: false },
);
