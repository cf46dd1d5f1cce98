import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line of a journal that counts. */
export interface Event {
  sequence: number;
  kind: string;
  nonce: string;
  message: string;
  data: Record<string, unknown>;
}

export interface JournalView {
  /** Valid lines in order; a later one with a sequence that was there is void and not among them. */
  events: Event[];
  /** Every line that parses, void ones too. */
  parsed: unknown[];
  /** Lines that neither parse nor were closed as stumps. */
  garbage: string[];
}

/** Ids of the tasks that a store holds, read from the disk alone. */
export function taskIdsIn(root: string): string[] {
  return namesIn(join(root, 'tasks')).filter((name) => !name.startsWith('.'));
}

export function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** A reading of a journal that shares no code with the program's own. */
export function readJournal(root: string, id: string): JournalView {
  const path = join(root, 'tasks', id, 'events.jsonl');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const view: JournalView = { events: [], parsed: [], garbage: [] };
  const seen = new Set<number>();
  const unread: string[] = [];
  // What follows the last newline does not count.
  for (const line of lines.slice(0, -1)) {
    if (line === '' || line.endsWith('#')) continue;
    const event = parse(line);
    if (event === null) {
      unread.push(line);
      continue;
    }
    view.parsed.push(event);
    if (seen.has(event.sequence)) continue;
    seen.add(event.sequence);
    view.events.push(event);
  }
  view.garbage = unread.filter((line) => !isGlued(line, view));
  return view;
}

/**
 * The stump of a writer that died in its write, and on it the line of one that had found none yet: that one sees that
 * its line does not count, and writes the event again.
 */
function isGlued(line: string, { events }: JournalView): boolean {
  const event = parse(line.slice(line.lastIndexOf('{"sequence":')));
  return event !== null && events.some(({ kind }) => kind === event.kind);
}

function parse(line: string): Event | null {
  try {
    const value = JSON.parse(line) as Event;
    return typeof value.sequence === 'number' ? value : null;
  } catch {
    return null;
  }
}

/** Numbers of the attempts that a journal has started, in order; a number twice is an attempt twice. */
export function startedAttempts({
  events,
}: JournalView): { attempt: number; automatic: boolean; cause: string; kind: string }[] {
  return events
    .filter(({ kind }) => kind === 'attempt_started')
    .map(({ data }) => ({
      attempt: Number(data.attempt),
      automatic: data.automatic === true,
      kind: String(data.kind),
      cause: String(data.cause),
    }));
}

/** Prompts that agents were really given: those of attempts that a launcher has claimed. */
export function promptsGiven(root: string, id: string): string[] {
  const outputs = join(root, 'tasks', id, 'outputs');
  const names = namesIn(outputs);
  return names
    .filter((name) => name.endsWith('.prompt.md') && names.includes(`${name.slice(0, 11)}.process.json`))
    .filter((name) => started(root, id).has(name.split('.')[1] ?? ''))
    .map((name) => readFileSync(join(outputs, name), 'utf8'));
}

function started(root: string, id: string): Set<string> {
  const { events } = readJournal(root, id);
  return new Set(
    events.filter(({ kind }) => kind === 'attempt_started').map(({ data }) => String(data.attempt_nonce)),
  );
}
