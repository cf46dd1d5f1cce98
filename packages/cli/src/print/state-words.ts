/**
 * What of a task its state is told by. Any words, because the pi extension, which has this module as its own, may meet
 * those of a later dispatch.
 */
interface ToldState {
  status: string;
  reason: string;
  attempt_alive: boolean | null;
}

/** Where status and reason together say it in other words than `status: reason`. */
export const phrases: Readonly<Record<string, string>> = {
  'pending/sandboxed_host': 'to be started',
  'running/starting': 'starting',
  'running/working': 'running',
  'running/verifying': 'verifying',
  'running/retrying_in_agent': 'running, retrying',
  'awaiting_user/question': 'has a question',
  'awaiting_user/answered': 'answered, to be resumed',
  'awaiting_user/discussion_draft': 'has a draft',
  'awaiting_user/plan_incomplete': 'plan not finished',
  'awaiting_user/interrupted': 'interrupted',
  'completed/turn_succeeded': 'completed',
  'completed/worker_marked_done': 'completed',
  'cancelled/user': 'cancelled',
};

/** A task's state in a few words. */
export function stateWords({ status, reason, attempt_alive }: ToldState): string {
  const name = status === 'awaiting_user' ? 'needs you' : status;
  const words =
    phrases[`${status}/${reason}`] ??
    (reason === 'starting' ? status : `${name}: ${reason.replaceAll('_', ' ')}`);
  // A launch that is not yet claimed is no doubt about it.
  return attempt_alive === null && status === 'running' && reason !== 'starting' ? `${words}?` : words;
}
