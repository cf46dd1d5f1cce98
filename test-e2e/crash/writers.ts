import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Faults, readLog } from '../faults/faults.ts';
import { isDispatch, killAll } from '../harness/index.ts';
import { type AgentName, wholeWorklog } from './agents.ts';
import { type Breach, breach, breaches } from './promises.ts';
import { User } from './user.ts';
import { type Bed, type Typed, World } from './world.ts';

export const modes = ['kill_before', 'kill_after', 'kill_short', 'fail', 'short'] as const;
export type Mode = (typeof modes)[number];

/** A process that writes: how far a story is brought first, what is typed under the fault, how it goes on. */
interface Writer {
  /** Part of the argv of the process that is met. */
  process: string;
  prepare(user: User): Promise<string | null>;
  meet(user: User, id: string): Promise<Typed | null>;
  recover(user: User, met: Typed | null): Promise<void>;
  worklog: string[];
}

const goOn = async (user: User): Promise<void> => void (await user.reach('completed'));
const key = ['--key', 'the-story'];

export const writers = {
  run: {
    process: 'bin.cjs run',
    prepare: async () => null,
    meet: (user) => user.world.type(user.run()),
    recover: goOn,
    worklog: wholeWorklog,
  },
  'run --key': {
    process: 'bin.cjs run',
    prepare: async () => null,
    meet: (user) => user.world.type([...user.run(), ...key]),
    recover: async (user) => {
      const again = await user.type([...user.run(), ...key]);
      const id = await user.reach('completed');
      if (again.document?.data?.task_id !== id)
        user.breaches.push(breach('doubling', `the key gave another task than ${id}`));
    },
    worklog: wholeWorklog,
  },
  answer: {
    process: 'bin.cjs answer',
    prepare: (user) => user.reach('question'),
    meet: (user, id) => user.world.type(user.answer(id)),
    recover: goOn,
    worklog: wholeWorklog,
  },
  resume: {
    process: 'bin.cjs resume',
    prepare: (user) => user.reach('first_turn'),
    meet: (user, id) => user.world.type(user.resume(id)),
    recover: goOn,
    worklog: wholeWorklog,
  },
  cancel: {
    process: 'bin.cjs cancel',
    prepare: (user) => user.reach('question'),
    meet: (user, id) => user.world.type(['cancel', id]),
    recover: cancelAgain,
    worklog: ['first'],
  },
  ask: {
    process: 'bin.cjs ask',
    prepare: async () => null,
    meet: (user) => user.world.type(user.run()),
    recover: goOn,
    worklog: wholeWorklog,
  },
  doctor: {
    process: 'bin.cjs doctor',
    prepare: async (user) => {
      const id = await user.reach('question');
      await damage(user.world, id);
      return id;
    },
    meet: (user) => user.world.type(['doctor']),
    recover: async (user) => {
      await user.type(['doctor']);
      await healthy(user);
      await goOn(user);
    },
    worklog: wholeWorklog,
  },
  supervisor: {
    process: ' supervise',
    prepare: async () => null,
    meet: (user) => user.world.type(user.run()),
    recover: goOn,
    worklog: wholeWorklog,
  },
} satisfies Record<string, Writer>;

export type WriterName = keyof typeof writers;
export const writerNames = Object.keys(writers) as WriterName[];

/** One fault at one boundary of one writer. */
export interface WriterCase {
  agent: AgentName;
  writer: WriterName;
  mode: Mode;
  n: number;
}

export interface CaseResult {
  breaches: Breach[];
  /** Whether the fault was met: a later run may make fewer calls than the one that was counted. */
  met: boolean;
  story: string;
}

/** The calls that a writer makes in an undisturbed story: whether each writes bytes, so that it can be cut short. */
export async function boundariesOf(
  bed: Bed,
  register: (world: World) => void,
  agent: AgentName,
  writer: WriterName,
): Promise<boolean[]> {
  const world = await World.make(bed, agent);
  register(world);
  try {
    const user = new User(world);
    const log = world.path('calls.jsonl');
    const spec: Writer = writers[writer];
    const id = await spec.prepare(user);
    world.standing = { log, process: spec.process };
    await spec.recover(user, await spec.meet(user, id ?? ''));
    world.standing = null;
    const found = await breaches(world, { worklog: spec.worklog });
    if (found.length + user.breaches.length > 0)
      throw new Error(
        `undisturbed, ${writer} of ${agent}: ${JSON.stringify([...found, ...user.breaches])}\n${world.story()}`,
      );
    const withBytes: boolean[] = [];
    for (const { n, bytes } of readLog(log))
      withBytes[n - 1] = withBytes[n - 1] === true || bytes !== undefined;
    return Array.from(withBytes, (one) => one === true);
  } finally {
    await world.dispose();
  }
}

/** The modes that mean something at a boundary. */
export function modesAt(writesBytes: boolean): Mode[] {
  return modes.filter((mode) => writesBytes || !mode.includes('short'));
}

/** Meets one writer at one boundary, goes on as a user would, and says which promises did not hold. */
export async function runWriterCase(
  bed: Bed,
  register: (world: World) => void,
  one: WriterCase,
): Promise<CaseResult> {
  const world = await World.make(bed, one.agent);
  register(world);
  const user = new User(world);
  const spec: Writer = writers[one.writer];
  const once = world.path('met');
  try {
    const id = await spec.prepare(user);
    world.standing = { at: one.n, mode: one.mode, process: spec.process, once } satisfies Omit<
      Faults,
      'roots'
    >;
    const met = await spec.meet(user, id ?? '');
    user.breaches.push(...saidClearly(one, met));
    // Those that work on in the background are met later, while the story goes on.
    if (!['ask', 'supervisor'].includes(one.writer)) world.standing = null;
    await spec.recover(user, met);
    world.standing = null;
    for (const id of await idsOf(user)) await user.look(id);
    user.breaches.push(...(await breaches(world, { worklog: spec.worklog })));
  } catch (error) {
    user.breaches.push(breach('loss', (error as Error).message));
  }
  const result = { breaches: user.breaches, met: existsSync(once), story: world.story() };
  await world.dispose();
  return result;
}

/** A command that could not write says one clear error or succeeds; one that was killed says nothing. */
function saidClearly({ mode }: WriterCase, met: Typed | null): Breach[] {
  if (met === null || met.signal === 'SIGKILL') return [];
  if (met.document === null) return [breach('unclear', `no document: ${met.stdout}${met.stderr}`)];
  if (met.document.ok) return [];
  const { code, message } = met.document.error ?? { code: '', message: '' };
  if (code === 'internal' || mode.startsWith('kill')) return [breach('unclear', `${code}: ${message}`)];
  return [];
}

async function idsOf(user: User): Promise<string[]> {
  return [await user.task()];
}

async function cancelAgain(user: User): Promise<void> {
  const id = await user.task();
  for (let tries = 0; tries < 3; tries += 1) {
    const cancelled = await user.world.type(['cancel', id]);
    const code = cancelled.document?.error?.code;
    if (cancelled.document?.ok !== true && code !== 'already_ended')
      user.breaches.push(breach('unclear', `cancel: ${cancelled.stdout}${cancelled.stderr}`));
    const { status } = await user.settled(id);
    if (status === 'cancelled') return;
  }
  throw new Error('three cancels did not cancel');
}

/** What crashes and hands leave: no supervisor, a lost marker, an edited snapshot, a torn line, old strays. */
async function damage(world: World, id: string): Promise<void> {
  await killAll((one) => isDispatch(one) && one.argv.includes('supervise') && one.argv.includes(world.root));
  const active = join(world.root, 'index/active');
  for (const name of readdirSync(active)) rmSync(join(active, name));
  const task = join(world.root, 'tasks', id);
  const snapshot = readFileSync(join(task, 'task.json'), 'utf8');
  writeFileSync(join(task, 'task.json'), snapshot.replace('Do the first', 'Undo the first'));
  appendFileSync(join(task, 'events.jsonl'), '{"sequence":77,"torn');
  const old = new Date(Date.now() - 3_600_000);
  const stray = join(world.root, 'tasks/.new-00000000000000.aaaaaaaaaaaa');
  mkdirSync(stray);
  writeFileSync(join(active, '00000000000000.0'), '');
  writeFileSync(join(task, '.task.json.aaaaaaaaaaaa'), '{}');
  for (const path of [stray, join(active, '00000000000000.0'), join(task, '.task.json.aaaaaaaaaaaa')])
    utimesSync(path, old, old);
}

async function healthy(user: User): Promise<void> {
  const { document } = await user.type(['doctor']);
  const { findings } = (document?.data ?? {}) as { findings?: { what: string; repaired: boolean }[] };
  const repaired = (findings ?? []).filter(({ what }) => what !== 'home_in_sandbox');
  if (repaired.length > 0)
    user.breaches.push(breach('loss', `doctor still finds ${repaired.map(({ what }) => what).join(', ')}`));
}
