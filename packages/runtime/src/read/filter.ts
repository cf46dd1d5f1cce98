import type { Task } from '@dispatch/core';
import type { Acknowledger } from '../cursors/unacknowledged.ts';

/** Which tasks are listed; what is null is not asked about. */
export interface TaskFilter {
  status: Task['status'] | null;
  /** Its name in the configuration, or its type. */
  backend: string | null;
  /** Only those that are not over. */
  active: boolean;
  /** Changed at or after this moment, in milliseconds since 1970. */
  sinceMs: number | null;
  /** In its title or the beginning of its prompt, in any case. */
  text: string | null;
  /** Only those that have ended or await the user, and that these have not taken note of. */
  unacknowledged: Acknowledger | null;
}

export const everyTask: TaskFilter = {
  status: null,
  backend: null,
  active: false,
  sinceMs: null,
  text: null,
  unacknowledged: null,
};

export function matches(task: Task, { status, backend, sinceMs, text }: TaskFilter): boolean {
  if (status !== null && task.status !== status) return false;
  if (backend !== null && task.backend !== backend && task.backend_type !== backend) return false;
  if (sinceMs !== null && Date.parse(task.updated_at) < sinceMs) return false;
  if (text === null) return true;
  const wanted = text.toLowerCase();
  return [task.title, task.prompt].some((own) => own.toLowerCase().includes(wanted));
}
