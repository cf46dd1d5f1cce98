// Ids are no secrets, and the other entry loads node's cryptography, 4 ms of each start.
import { customAlphabet } from 'nanoid/non-secure';
import { idAlphabet, isTaskId, lastTime, randomLength, timeOfId, timePart } from './task-id.ts';

/**
 * A task id that sorts behind the newest one, even if the clock was set back.
 * `random` gives the five characters behind the time. A `newest` that is no id, or has no successor, counts for nothing.
 */
export function newTaskId({
  now,
  newest,
  random,
}: {
  now: Date;
  newest: string | null;
  random?: () => string;
}): string {
  const clock = Math.min(Math.max(now.getTime(), 0), lastTime);
  const afterNewest = newest !== null && isTaskId(newest) ? timeOfId(newest) + 1 : 0;
  const time = afterNewest > lastTime ? clock : Math.max(clock, afterNewest);
  return timePart(time) + (random ?? customAlphabet(idAlphabet, randomLength))();
}
