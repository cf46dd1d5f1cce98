import type { TaskView, Waited } from '@dispatch/runtime';
import type { Context } from '../context.ts';
import type { Library } from '../library.ts';
import { taskLine } from '../print/task.ts';
import { answerInPlace } from './answer-in-place.ts';
import { TimeLimit } from './time-limit.ts';
import type { Stop } from './until-stopped.ts';

/** `asked`: tasks whose question was put here and left open. */
type WaitedAndAsked = Waited & { asked: readonly string[] };

/**
 * Waits; with `asks`, each question that a task then has is put here, and the wait goes on with the answer. The limit
 * counts all of it.
 */
export async function waitAndAsk(
  context: Context,
  library: Library,
  options: { ids: readonly string[]; any: boolean; timeoutMs: number | null; asks: boolean; stop: Stop },
): Promise<WaitedAndAsked> {
  const { runtime, dispatcher } = library;
  const { ids, any, timeoutMs, asks, stop } = options;
  const began = performance.now();
  const left = (): number | null =>
    timeoutMs === null ? null : Math.max(0, timeoutMs - (performance.now() - began));
  const wait = (some: readonly string[], one: boolean): Promise<Waited> =>
    runtime.waitForTasks(dispatcher, some, { any: one, timeoutMs: left(), signal: stop.signal });
  if (!asks) return { ...(await wait(ids, any)), asked: [] };
  const asked: string[] = [];
  const answered: string[] = [];
  /** Those that need nobody here any more. */
  const done = new Set<string>();
  for (;;) {
    // Whoever asks first is heard first, whatever the others do.
    const open = ids.filter((id) => !done.has(id));
    const waited = await wait(open.length === 0 ? ids : open, open.length > 0);
    const isOver = waited.timed_out || stop.signal.aborted;
    if (open.length === 0) return { ...waited, asked };
    if (isOver) return { ...(await wait(ids, any)), asked };
    const settled = waited.tasks.filter((task) => runtime.hasSettled(task));
    // Given while the attempt lived, and that ended without taking it.
    const untaken = settled.find(({ id, reason }) => reason === 'answered' && answered.includes(id));
    if (untaken !== undefined) {
      await runtime.resumeWhereNobodyWaits(dispatcher, untaken.id);
      continue;
    }
    const isDone = (task: TaskView): boolean => task.reason !== 'question' || asked.includes(task.id);
    for (const task of settled.filter(isDone)) done.add(task.id);
    if (any && done.size > 0) return { ...(await wait(ids, any)), asked };
    const asking = settled.find((task) => !isDone(task));
    if (asking === undefined) continue;
    const question = runtime.questionsOf(dispatcher, asking.id)[0]?.questions[0];
    if (question === undefined) {
      // Answered this moment.
      if (runtime.statusOf(dispatcher, asking.id).reason === 'question') asked.push(asking.id);
      continue;
    }
    const limit = new TimeLimit(left(), stop.signal);
    const became = await answerInPlace(context, library, {
      ...{ id: asking.id, question, stop: limit },
      title: (page) => (ids.length === 1 ? [] : [taskLine(asking, page)]),
    });
    limit.clear();
    if (became === 'answered') answered.push(asking.id);
    if (became === 'left' || became === 'stopped') asked.push(asking.id);
    if (became === 'stopped') return { ...(await wait(ids, any)), asked };
  }
}
