import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { anotherBoot } from '../faults/boot.ts';
import { mixed, replay, type Variant } from '../faults/power-loss.ts';
import { loadRecording, type Recording, withExternalFiles } from '../faults/recording.ts';
import { killAll } from '../harness/index.ts';
import { answer, type AgentName, promptOf } from './agents.ts';
import { type Breach, breach, breaches } from './promises.ts';
import { readJournal, startedAttempts, taskIdsIn } from './store-view.ts';
import { User } from './user.ts';
import { type Bed, type Typed, World } from './world.ts';

/** A story that was recorded whole, and when its commands had said that something was done. */
export interface RecordedStory {
  world: World;
  recording: Recording;
  id: string;
  /** In the recording's clock: from then on it may not be lost. */
  promised: { id: bigint; answer: bigint; message: bigint };
}

const launchersFile = /\/outputs\/attempt-\d+\.(process|exit)\.json$/;

export const variants = ['strict', 'lucky', 'mixed'] as const;
export type VariantName = (typeof variants)[number];

export interface Cut {
  /** Power is cut when so many calls have returned. */
  upTo: number;
  variant: VariantName;
  seed: number;
}

/** Plays the whole story once under the recorder. */
export async function recordStory(
  bed: Bed,
  register: (world: World) => void,
  agent: AgentName,
): Promise<RecordedStory> {
  const world = await World.make(bed, agent);
  register(world);
  for (const root of rootsOf(world)) cpSync(root, initialOf(world, root), { recursive: true });
  const folder = world.path('recording');
  world.standing = { record: folder };
  const user = new User(world);
  const ends: Record<string, number> = {};
  const type = world.type.bind(world);
  world.type = async (args, faults): Promise<Typed> => {
    const typed = await type(args, faults);
    ends[args[0] ?? ''] ??= Date.now();
    return typed;
  };
  const id = await user.reach('completed');
  const found = await breaches(world, { worklog: ['first', `answer=${answer}`, 'second'] });
  world.type = type;
  world.standing = null;
  if (found.length + user.breaches.length > 0)
    throw new Error(`undisturbed: ${JSON.stringify([...found, ...user.breaches])}`);
  const recording = withLaunchersFiles(loadRecording(folder));
  if (existsSync(sessionsOf(world))) cpSync(sessionsOf(world), world.path('sessions'), { recursive: true });
  const at = (command: string): bigint => recording.monotonic(ends[command] ?? Date.now());
  return { world, recording, id, promised: { id: at('run'), answer: at('answer'), message: at('resume') } };
}

/** Claims and exit records; what else no call named came by a folder's rename, or was there before. */
function withLaunchersFiles(recorded: Recording): Recording {
  const all = withExternalFiles(recorded);
  const calls = all.calls.filter(({ call, path }) => call !== 'external' || launchersFile.test(path));
  return { ...all, calls };
}

/** Cuts the power, starts the machine again, and goes on as a user would. */
export async function runCut(story: RecordedStory, cut: Cut) {
  const { world } = story;
  world.typed.length = 0;
  world.place = anotherBoot(randomUUID());
  const user = new User(world);
  try {
    layOut(story, cut);
    const before = stateOf(story, cut);
    user.breaches.push(...before.lost);
    // A human may look first; whatever is typed first starts the supervisor.
    await user.type(['list']);
    const id = await user.reach('completed');
    await user.look(id);
    await user.type(['doctor']);
    user.breaches.push(
      ...freshStarts(world, id, before),
      ...(await breaches(world, { worklog: [] })).filter(isOfTheDisk),
    );
  } catch (error) {
    user.breaches.push(breach('loss', (error as Error).message));
  }
  await killAll(({ env, cwd }) => env.DISPATCH_HOME === world.home || cwd.startsWith(`${world.base}/`));
  return { breaches: user.breaches, met: true, story: `${world.story()}\n${world.worklog().join(' | ')}` };
}

interface Before {
  /** Attempts that the journal had after the cut; -1 where there was no task. */
  attempts: number;
  lost: Breach[];
}

/** What the cut left of what had been promised by then. */
function stateOf({ world, recording, id, promised }: RecordedStory, { upTo }: Cut): Before {
  const now = recording.calls[upTo - 1]?.t1 ?? 0n;
  const lost: Breach[] = [];
  const there = taskIdsIn(world.root).includes(id);
  const task = join(world.root, 'tasks', id);
  if (now > promised.id && !there) lost.push(breach('loss', `${id} was printed and is gone`));
  if (!there) return { attempts: -1, lost };
  const given = join(task, 'mailbox/001.answer');
  if (now > promised.answer && !(existsSync(given) && readFileSync(given, 'utf8') === answer))
    lost.push(breach('loss', 'the answer was taken and is gone'));
  if (now > promised.message && !messagesOf(task).includes(promptOf(world, 'second')))
    lost.push(breach('loss', 'the message was taken and is gone'));
  return { attempts: startedAttempts(readJournal(world.root, id)).length, lost };
}

function messagesOf(task: string): string[] {
  const folder = join(task, 'messages');
  return existsSync(folder)
    ? readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    : [];
}

/** The first turn goes out again only where no attempt had ever been started; the second at most once. */
function freshStarts(world: World, id: string, before: Before): Breach[] {
  const lines = world.worklog();
  const count = (line: string) => lines.filter((one) => one === line).length;
  const found: Breach[] = [];
  const shown = startedAttempts(readJournal(world.root, id))
    .map(({ cause }) => cause)
    .join(', ');
  const allowed = before.attempts <= 0 ? 1 : 0;
  if (count('first') !== allowed)
    found.push(
      breach(
        count('first') > allowed ? 'doubling' : 'loss',
        `the first turn ran ${count('first')} times after the cut (${shown}; before: ${before.attempts})`,
      ),
    );
  if (count('second') > 1)
    found.push(breach('doubling', `the second turn ran ${count('second')} times (${shown})`));
  return found;
}

/** Turns are counted by `freshStarts`; those of before the cut are in the model's memory. */
function isOfTheDisk({ what }: Breach): boolean {
  // The launcher syncs nothing: after another boot its files count for nothing either.
  if (/^attempt-\d+\.(process|exit)\.json: /.test(what)) return false;
  if (/^(claim_schema|claim_changed|exit_schema|log_missing) /.test(what)) return false;
  // A write of which the power cut left zeros, and behind it one that it left whole: neither was ever synced.
  if (what.includes('neither event nor stump: \0') || /^journal_line .*: "\\u0000/.test(what)) return false;
  return !/was written|the model answered|turn came to/.test(what);
}

/** Puts what the cut left in the place of what is there; the store's folder keeps its inode, as on a real disk. */
function layOut({ world, recording }: RecordedStory, { upTo, variant, seed }: Cut): void {
  const into = world.path('cut');
  rmSync(into, { recursive: true, force: true });
  const initial = Object.fromEntries(rootsOf(world).map((root) => [root, initialOf(world, root)]));
  const chosen: Variant = variant === 'mixed' ? mixed(seed) : variant;
  const { roots } = replay(recording, { upTo, into, variant: chosen, initial });
  for (const name of ['work.log', 'ask.log', 'prompts.log']) rmSync(world.path(name), { force: true });
  refill(world.home, join(roots[dirname(world.home)] ?? '', basename(world.home)));
  keepSessions(world);
  refillRoot(world, join(roots[dirname(world.workspace)] ?? '', basename(world.workspace), '.dispatch'));
}

/** What pi keeps of its sessions is its own, as are the homes of codex and claude, which no cut touches. */
function keepSessions(world: World): void {
  if (!existsSync(world.path('sessions'))) return;
  rmSync(sessionsOf(world), { recursive: true, force: true });
  cpSync(world.path('sessions'), sessionsOf(world), { recursive: true });
}

function sessionsOf({ home }: World): string {
  return join(home, 'runtime/sessions');
}

function refill(folder: string, from: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
  if (existsSync(from)) execFileSync('cp', ['-a', `${from}/.`, folder]);
}

/** The store's folder, the same each time: where a cut leaves none it waits aside for the next. */
function refillRoot(world: World, from: string): void {
  const aside = world.path('root-aside');
  if (existsSync(aside)) {
    rmSync(world.root, { recursive: true, force: true });
    renameSync(aside, world.root);
  }
  refill(world.root, from);
  if (!existsSync(from)) renameSync(world.root, aside);
}

function rootsOf(world: World): string[] {
  return [dirname(world.workspace), dirname(world.home)];
}

function initialOf(world: World, root: string): string {
  return world.path(`initial-${basename(root)}`);
}
