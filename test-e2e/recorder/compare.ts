import { findBackend, type Backend, type TranscriptEvent } from '@dispatch/backends';

/** One case as it is kept: what was written to stdout and stderr. */
export interface Recording {
  stdout: string;
  stderr: string;
}

export type Recordings = ReadonlyMap<string, Recording>;

/** What changed between two sets of recordings of one agent, a line each; none where only ids and times did. */
export function differences(type: string, before: Recordings, after: Recordings): string[] {
  const backend = findBackend(type)!;
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return [
    ...shapeDifferences(before, after),
    ...names.flatMap((name) => {
      const [old, fresh] = [before.get(name), after.get(name)];
      if (old === undefined) return [`+ case ${name}`];
      if (fresh === undefined) return [`- case ${name}`];
      return lineDifferences(linesRead(backend, old), linesRead(backend, fresh)).map(
        (line) => `${name}: ${line}`,
      );
    }),
  ];
}

function shapeDifferences(before: Recordings, after: Recordings): string[] {
  const [old, fresh] = [shapesOf(before), shapesOf(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].sort().flatMap((type) => {
    const [was, is] = [old.get(type), fresh.get(type)];
    if (was === undefined) return [`+ record ${type}`];
    if (is === undefined) return [`- record ${type}`];
    const gone = [...was].filter((path) => !is.has(path)).map((path) => `- field ${type} ${path}`);
    const come = [...is].filter((path) => !was.has(path)).map((path) => `+ field ${type} ${path}`);
    return [...gone, ...come];
  });
}

/** The fields of each type of record, over all cases. */
function shapesOf(recordings: Recordings): Map<string, Set<string>> {
  const shapes = new Map<string, Set<string>>();
  for (const { stdout } of recordings.values()) {
    for (const record of recordsIn(stdout)) {
      const type = typeOf(record);
      const fields = shapes.get(type) ?? new Set();
      addFields(type.startsWith('message_start/') ? withoutBeginning(record) : record, '', fields);
      shapes.set(type, fields);
    }
  }
  return shapes;
}

type JsonObject = Record<string, unknown>;

/** pi tells a message that begins with what has come of it by then, which chance decides. */
function withoutBeginning(record: JsonObject): JsonObject {
  return { ...record, message: { ...(record.message as JsonObject), content: [] } };
}

function recordsIn(stdout: string): JsonObject[] {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as JsonObject);
}

function typeOf(record: JsonObject): string {
  const inner = (record.item ?? record.message ?? record.assistantMessageEvent) as JsonObject | undefined;
  const parts = [
    record.type,
    record.subtype,
    inner?.type === 'message' ? undefined : inner?.type,
    inner?.role,
  ];
  return parts.filter((part) => part !== undefined).join('/');
}

/** What the model or a tool made, and what has names of its own in each run, is no shape of the agent's. */
const free = /(^|\.)(input|args|arguments|modelUsage|tool_use_result|sections|partial|details)$/;

function addFields(value: unknown, path: string, fields: Set<string>): void {
  if (Array.isArray(value)) {
    for (const part of value) addFields(part, `${path}[]`, fields);
  } else if (typeof value === 'object' && value !== null && !free.test(path)) {
    for (const [name, inner] of Object.entries(value)) {
      const field = path === '' ? name : `${path}.${name}`;
      fields.add(field);
      addFields(inner, field, fields);
    }
  }
}

/** The values that dispatch reads, a line each. */
function linesRead(backend: Backend, { stdout, stderr }: Recording): string[] {
  const parser = backend.createParser({ interest: 'everything', position: 0 });
  const events = [...parser.push(Buffer.from(stdout)), ...parser.end()];
  const told = backend.classifyStderr(stderr);
  return [...events.map(shown), `stderr ${JSON.stringify(told)}`].map(withoutChance());
}

function shown({ position: _position, ...event }: TranscriptEvent): string {
  const { type, ...rest } = event;
  return `${type} ${JSON.stringify('delay_ms' in rest ? { ...rest, delay_ms: rest.delay_ms === null ? null : 0 } : rest)}`;
}

const ids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b(?:call|toolu|msg|req|resp)_\w+/g;

/** Ids by the order in which they come; numbers of computed costs without their last digits. */
function withoutChance(): (line: string) => string {
  const seen = new Map<string, string>();
  return (line) =>
    line
      .replace(ids, (id) => {
        if (!seen.has(id)) seen.set(id, `<id ${seen.size + 1}>`);
        return seen.get(id)!;
      })
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\b\d{1,2}:\d\d [AP]M/g, '<time>')
      .replace(/\d+\.\d{7,}/g, (number) => String(Number(Number(number).toFixed(7))));
}

/** The lines that only one of both has, in order: of a longest common part, what is left. */
function lineDifferences(before: readonly string[], after: readonly string[]): string[] {
  const lengths = before.map(() => new Array<number>(after.length + 1).fill(0));
  lengths.push(new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1)
      lengths[i]![j] =
        before[i] === after[j]
          ? lengths[i + 1]![j + 1]! + 1
          : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  const found: string[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) [i, j] = [i + 1, j + 1];
    else if (j >= after.length || (i < before.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!))
      found.push(`- ${before[i++]}`);
    else found.push(`+ ${after[j++]}`);
  }
  return found;
}
