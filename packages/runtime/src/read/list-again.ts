import { openDispatcher, type Dispatcher, type Surroundings } from '../dispatcher.ts';
import { knownRoots } from '../supervisor/roots.ts';
import { everywhere, type Found } from './everywhere.ts';
import type { TaskFilter } from './filter.ts';
import { listTasks, type TaskRow } from './list.ts';
import { openIds } from './look-after.ts';
import { FolderWait } from './until.ts';

/** What is asked for at each look: a filter may move with the time. */
type Asked = () => { limit: number | null; filter?: TaskFilter };

/** A commit is several changes in a folder, and agents make many commits: so long is waited after the first. */
const calmMs = 100;
/** Beyond that the poll has to do: watches are the system's to give. */
const mostWatched = 500;

/** What `listTasks` finds, at once and whenever something may have changed, until `signal` is aborted. */
export function listTasksAgain(
  dispatcher: Dispatcher,
  asked: Asked,
  { signal }: { signal: AbortSignal },
): AsyncGenerator<TaskRow[]> {
  return lookAgain({
    look: () => listTasks(dispatcher, asked()),
    folders: () => foldersOf(dispatcher),
    signal,
  });
}

/** The same of every store of the user; one that a command is first typed for meanwhile is among them from then on. */
export function listEverywhereAgain(
  surroundings: Surroundings,
  asked: Asked,
  { signal }: { signal: AbortSignal },
): AsyncGenerator<Found<TaskRow[]>[]> {
  return lookAgain({
    look: () => everywhere(surroundings, (dispatcher) => listTasks(dispatcher, asked())),
    folders: () => [
      surroundings.home.home,
      ...knownRoots(surroundings.home).flatMap((root) => foldersAt(surroundings, root)),
    ],
    signal,
  });
}

/** What `look` finds, at once and whenever something may have changed in those folders, until `signal` is aborted. */
export async function* lookAgain<T>(options: {
  look: () => T;
  folders: () => readonly string[];
  signal: AbortSignal;
}): AsyncGenerator<T> {
  const { look, folders, signal } = options;
  const wait = new FolderWait([]);
  // Not with the module: a list that is shown once would pay for it.
  const { setTimeout: sleep } = await import('node:timers/promises');
  try {
    while (!signal.aborted) {
      wait.watch(folders().slice(0, mostWatched));
      yield look();
      await wait.next(undefined, signal);
      await sleep(calmMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    wait.close();
  }
}

/** New tasks, attempts that begin, and every change of what is not over. */
function foldersOf(dispatcher: Dispatcher): string[] {
  const { store } = dispatcher;
  const { tasks, active } = store.layout;
  return [
    tasks,
    active,
    ...openIds(dispatcher)
      .toReversed()
      .map((id) => store.taskDir(id)),
  ];
}

/** None of a store that cannot be read. */
function foldersAt(surroundings: Surroundings, root: string): string[] {
  try {
    return foldersOf(openDispatcher({ ...surroundings, root }));
  } catch {
    return [];
  }
}
