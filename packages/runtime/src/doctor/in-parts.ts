import { availableParallelism } from 'node:os';
import type { Dispatcher } from '../dispatcher.ts';
import { withoutMarks } from '../environment/index.ts';
import { thisMachine } from '../processes/index.ts';
import { childProcess } from '../processes/child-process.ts';
import { examineTasks, type Examined } from './examine.ts';

/** Below that a process of its own costs more than it saves. */
const fewest = 2000;
const mostParts = 4;
/** So many are examined here before another process has begun. */
const headStart = 1000;

/**
 * Examines tasks, of many a part in each of some processes: nothing of one task depends on another. What a process did
 * not come to the end of is examined here. `meanwhile` is done while they begin.
 */
export async function examineInParts(
  dispatcher: Dispatcher,
  ids: readonly string[],
  meanwhile: () => Promise<void>,
): Promise<Examined> {
  const [own = [], ...others] = partsOf(dispatcher, ids);
  const asked = others.map((part) => ({ part, answer: askFor(dispatcher, part) }));
  await meanwhile();
  const all = [examineTasks(dispatcher, own)];
  for (const { part, answer } of asked) all.push((await answer) ?? examineAgain(dispatcher, part));
  return {
    findings: all.flatMap(({ findings }) => findings),
    open: all.flatMap(({ open }) => open),
    unread: all.flatMap(({ unread }) => unread),
    recent: all.flatMap(({ recent }) => recent),
  };
}

function examineAgain(dispatcher: Dispatcher, part: readonly string[]): Examined {
  const examined = examineTasks(dispatcher, part);
  examined.findings.unshift({
    what: 'examined_again',
    task_id: null,
    path: null,
    action: `the process that examined ${part.length} tasks ended before it could tell; what it repaired is not told here`,
    repaired: true,
  });
  return examined;
}

function partsOf({ machine }: Dispatcher, ids: readonly string[]): string[][] {
  // A machine that is only pretended is known to nobody else.
  const most = machine === thisMachine() ? Math.min(availableParallelism(), mostParts) : 1;
  const count = Math.max(1, Math.min(most, Math.floor(ids.length / fewest)));
  const length = Math.floor((ids.length - headStart) / count);
  const own = count === 1 ? ids.length : ids.length - length * (count - 1);
  const others = Array.from({ length: count - 1 }, (_, at) =>
    ids.slice(own + at * length, own + (at + 1) * length),
  );
  return [ids.slice(0, own), ...others];
}

/** Null where it fails, for whatever reason. */
async function askFor(dispatcher: Dispatcher, part: readonly string[]): Promise<Examined | null> {
  const { program, store, environment, home } = dispatcher;
  const words = ['--root', store.root, '--json', 'examine', part[0]!, part.at(-1)!];
  const child = childProcess().spawn(program.node, [program.program, ...words], {
    cwd: store.root,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...withoutMarks(environment), DISPATCH_HOME: home.home },
  });
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  const ended = await new Promise<boolean>((resolve) => {
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
  try {
    const { data } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as { data: Partial<Examined> };
    const { findings, open, unread, recent } = data;
    if (!ended || findings === undefined || open === undefined) return null;
    return unread === undefined || recent === undefined ? null : { findings, open, unread, recent };
  } catch {
    return null;
  }
}
