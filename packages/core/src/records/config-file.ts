import { Type, type TSchema } from '@sinclair/typebox';
import { ExecutionMode, LeftoversPolicy, oneOf, OnInterrupt, WorkerTools } from './vocabulary.ts';

/** A key without a value is as good as left out. */
const optional = (schema: TSchema, description: string) =>
  Type.Optional(Type.Union([schema, Type.Null()], { description }));

const text = Type.String({ minLength: 1 });
const name = '^[A-Za-z0-9][A-Za-z0-9_.:/@+[\\]-]*$';
const duration = Type.Union([
  Type.String({ pattern: '^\\s*(none|(\\d{1,9}(\\.\\d{1,3})?[smhd])+|\\d{1,9}(\\.\\d{1,3})?)\\s*$' }),
  Type.Number({ exclusiveMinimum: 0, maximum: 366 * 86_400 }),
]);
const closed = { additionalProperties: false };

const named = (entry: TSchema, description: string) =>
  optional(Type.Record(Type.String({ pattern: name }), entry, closed), description);

/**
 * `config.yaml`, for editors. What a schema cannot say (names that lead nowhere) the reader does; a test holds the two
 * against each other. `types` are the built-in backends and `generic`.
 */
export function configFileSchema(types: readonly string[]): TSchema {
  const backend = Type.Object(
    {
      executable: optional(text, 'a name on PATH, or a path; default: the one that is found for the type'),
      args: optional(
        Type.Array(Type.String()),
        "besides dispatch's own; of `generic` the whole command line",
      ),
      type: optional(
        Type.Union(types.map((type) => Type.Literal(type))),
        'default: the name if it is one of these',
      ),
    },
    closed,
  );
  const model = Type.Object(
    {
      backend: Type.String({ minLength: 1, description: 'whose model it is' }),
      model: optional(text, 'what the agent calls it; default: the name, or none if that ends in -default'),
    },
    closed,
  );
  const alias = Type.Object(
    {
      model: Type.String({ minLength: 1, description: 'a name under `models`' }),
      prompt: optional(text, 'stands before the request'),
    },
    closed,
  );
  const agent = Type.Object(
    {
      backend: optional(text, 'as --backend; default: as where none is typed'),
      model: optional(
        text,
        'as --model: a name under `aliases` or `models`, or, with a backend, its own word',
      ),
      mode: optional(
        oneOf(['auto', 'direct', 'plan', 'discuss']),
        'the task mode; auto is that of the request',
      ),
      execution_mode: optional(ExecutionMode, 'what it may do; default: that of the settings'),
      skill: optional(text, 'a name, or a path that counts from this folder'),
      guidance: optional(text, 'stands before the request'),
    },
    closed,
  );
  const settings = Type.Object(
    {
      execution_mode: optional(ExecutionMode, 'what an agent may do; default auto'),
      on_interrupt: optional(OnInterrupt, 'after an attempt that was cut off; default resume'),
      timeout: optional(duration, 'ends an attempt after so long; default none'),
      stall_timeout: optional(duration, 'ends a silent attempt after so long; default 30m'),
      leftovers: optional(
        LeftoversPolicy,
        'what becomes of processes that outlive their agent; default keep',
      ),
      verify: optional(text, 'the check that every task has to pass, or none'),
      verify_timeout: optional(duration, 'a check that takes longer has failed; default 30m'),
      worker_tools: optional(
        WorkerTools,
        'whether agents that can are handed tools to ask, report and finish with; default auto',
      ),
    },
    closed,
  );
  return Type.Object(
    {
      default: optional(text, 'what takes a task: an alias, else a model, else a backend'),
      backends: named(Type.Union([backend, Type.Null()]), 'agents under names of your own'),
      models: named(model, 'models under names of your own'),
      aliases: named(alias, 'names for models, with words that stand before each request'),
      agents: named(Type.Union([agent, Type.Null()]), 'what run --agent NAME starts'),
      settings: optional(settings, 'what holds for each task where no option says otherwise'),
    },
    closed,
  );
}
