import { livingProcesses, processesWithMark, type SeenProcess, until } from '../harness/index.ts';
import { isReal } from './agents.ts';
import { invalidRecords } from './schemas.ts';
import { promptsGiven, readJournal, startedAttempts, taskIdsIn } from './store-view.ts';
import { rowsOf, type World } from './world.ts';

/** How a promise can be broken. */
export type BreachKind = 'loss' | 'doubling' | 'lie' | 'stray' | 'invalid' | 'unclear';

export interface Breach {
  kind: BreachKind;
  what: string;
}

export const breach = (kind: BreachKind, what: string): Breach => ({ kind, what });

interface StatusData {
  status: string;
  reason: string;
  attempt_alive: boolean | null;
  attempts: { attempt: number }[];
}

/** What `status` says, compared with the processes that carry the task's mark; looked at again before it is a lie. */
export async function lies(world: World, id: string): Promise<Breach[]> {
  let said = '';
  const truthful = async () => {
    const typed = await world.type(['status', id]);
    if (typed.document?.ok !== true) {
      said = `status ${id}: ${typed.stdout}${typed.stderr}`;
      return false;
    }
    const task = (typed.document.data?.task ?? typed.document.data) as unknown as StatusData;
    const working = agentsOf(id, task.attempts.at(-1)?.attempt ?? 0);
    said = `status says ${task.status} (${task.reason}), attempt_alive ${String(task.attempt_alive)}; processes of the attempt: ${working.length}`;
    if (task.reason === 'starting') return true;
    if (task.status === 'running') return task.attempt_alive === true && working.length > 0;
    return task.attempt_alive === true ? working.length > 0 : working.length === 0;
  };
  try {
    await until(truthful, { what: 'the status is true', timeoutMs: 6000, everyMs: 300 });
    return [];
  } catch {
    return [breach('lie', said)];
  }
}

/** Processes of one attempt's agent; its tool and that one's `ask` may outlive it. */
export function agentsOf(id: string, attempt: number): SeenProcess[] {
  return processesWithMark(id).filter(
    ({ env, argv }) =>
      env.DISPATCH_ATTEMPT === `${id}:${attempt}` &&
      !argv.some((one) => one === 'ask' || one.includes('/tool.sh')),
  );
}

/** Everything that can be said about a world from its disk, its model and its processes, once its story is over. */
export async function breaches(world: World, expected: { worklog: string[] }): Promise<Breach[]> {
  const found: Breach[] = [];
  for (const id of taskIdsIn(world.root))
    found.push(...journalBreaches(world, id), ...(await readersMiss(world, id)));
  found.push(...invalidRecords(world.root, world.home).map((what) => breach('invalid', what)));
  found.push(...turnBreaches(world, expected.worklog));
  found.push(...(await strays(world)), ...(await departures(world)));
  return found;
}

/** Whoever was killed, and where: what is left is a store by the format, of which `docs/file-format.md` tells. */
async function departures(world: World): Promise<Breach[]> {
  const { document, stdout, stderr } = await world.type(['doctor', '--conformance']);
  const found = document?.data?.departures as Record<string, string>[] | undefined;
  if (found === undefined) return [breach('unclear', `doctor --conformance: ${stdout}${stderr}`)];
  return found
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, path, message }) => breach('invalid', `${rule} (${path}): ${message}`));
}

function journalBreaches(world: World, id: string): Breach[] {
  const found: Breach[] = [];
  const journal = readJournal(world.root, id);
  journal.events.forEach(({ sequence }, at) => {
    if (sequence !== at + 1)
      found.push(breach('loss', `event ${at + 1} of ${id} is missing (${sequence} stands there)`));
  });
  for (const line of journal.garbage)
    found.push(breach('invalid', `a line of ${id} is neither event nor stump: ${line}`));
  const numbers = startedAttempts(journal).map(({ attempt }) => attempt);
  if (new Set(numbers).size !== numbers.length)
    found.push(breach('doubling', `attempts started: ${numbers.join(', ')}`));
  const asked = journal.events.filter(({ kind }) => kind === 'question_asked');
  const answered = journal.events.filter(({ kind }) => kind === 'question_answered');
  if (new Set(answered.map(({ data }) => data.question)).size !== answered.length)
    found.push(breach('doubling', 'a question was journalled as answered twice'));
  if (asked.length > 1)
    found.push(breach('doubling', `${asked.length} questions were journalled, 1 was asked`));
  return found;
}

/** A host that kept a position after the first event reads on from it, and misses nothing (promise 10). */
async function readersMiss(world: World, id: string): Promise<Breach[]> {
  const { events } = readJournal(world.root, id);
  const [first] = events;
  if (first === undefined) return [];
  const typed = await world.type(['events', id, '--after', `${first.sequence}:${first.nonce}`]);
  const shown = rowsOf(typed);
  const after = readJournal(world.root, id).events;
  const missing = after.slice(1).filter(({ sequence }) => !shown.some((one) => one.sequence === sequence));
  // What was journalled since the command read is no miss.
  const missed = missing.filter(({ sequence }) => sequence <= events.length);
  return missed.length === 0
    ? []
    : [
        breach(
          'loss',
          `events --after missed ${missed.map(({ sequence }) => sequence).join(', ')}: ${typed.stderr}`,
        ),
      ];
}

const repeatedly = 'answered by prompt';

/** Each turn once, in the workspace and at the model; the answer handed over once, or said to be a repetition. */
function turnBreaches(world: World, expected: string[]): Breach[] {
  const found: Breach[] = [];
  const said = taskIdsIn(world.root)
    .flatMap((id) => promptsGiven(world.root, id))
    .filter((prompt) => prompt.includes('may be a repetition'));
  // `ask` printed the answer and could not record it: given again, and said to be a repetition (promise 7).
  const lines = world.worklog().filter((line) => !(line === repeatedly && said.length === 1));
  for (const line of new Set([...expected, ...lines])) {
    const [wanted, got] = [expected, lines].map((list) => list.filter((one) => one === line).length) as [
      number,
      number,
    ];
    if (got < wanted)
      found.push(breach('loss', `"${line}" was written ${got} times, not ${wanted}: ${lines.join(' | ')}`));
    if (got > wanted)
      found.push(
        breach('doubling', `"${line}" was written ${got} times, not ${wanted}: ${lines.join(' | ')}`),
      );
  }
  if (!isReal(world.agent)) return found;
  for (const turn of ['first', 'second']) {
    if (!expected.includes(turn)) continue;
    const served = stepsServed(world, turn);
    if (served.slice(0, 2).some((count) => count > 1))
      found.push(
        breach('doubling', `the model answered the steps of the ${turn} turn ${served.join(', ')} times`),
      );
    // Cancelled in its tool, a turn has one step.
    const steps = turn === 'first' && expected.length === 1 ? 1 : 2;
    if (served.length < steps)
      found.push(breach('loss', `the ${turn} turn came to ${served.length} of ${steps} steps`));
  }
  return found;
}

/** How often each step of a turn was answered; what an agent's death cut off was not. */
function stepsServed({ bed, tag }: World, turn: string): number[] {
  const counts: number[] = [];
  for (const { marker, step, kind, outcome } of bed.model.requests()) {
    if (marker?.script !== turn || marker.tag !== tag || step === undefined) continue;
    if (kind === 'poll' || outcome === 'left') continue;
    while (counts.length <= step) counts.push(0);
    counts[step] = (counts[step] ?? 0) + 1;
  }
  return counts;
}

/** Supervisor and commands leave by themselves; agents are gone. */
export async function strays(world: World): Promise<Breach[]> {
  const inWorld = ({ env, cwd, argv }: SeenProcess) =>
    env.DISPATCH_HOME === world.home ||
    env.DISPATCH_ROOT === world.root ||
    cwd === world.root ||
    argv.includes(world.root);
  try {
    await until(() => livingProcesses().filter(inWorld).length === 0, {
      what: 'nothing of dispatch or its agents is left',
      timeoutMs: 15_000,
      everyMs: 400,
    });
    return [];
  } catch {
    const left = livingProcesses().filter(inWorld);
    return left.map(({ pid, argv }) =>
      breach('stray', `process ${pid} is left: ${argv.slice(0, 6).join(' ').slice(0, 200)}`),
    );
  }
}
