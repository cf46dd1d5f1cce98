import { isSessionPoisoned, type Task, type TaskReason } from '@dispatch/core';

type Hinted = Pick<Task, 'id' | 'reason' | 'backend' | 'session' | 'attempts'>;

/** What to do about a task that failed, waits or is stuck, in a sentence that names the command; null where the state says it. */
export function hintFor(task: Hinted): string | null {
  if (isSessionPoisoned(task))
    return `each resume of its session fails at once: begin another from what is there, dispatch resume ${task.id} --fresh`;
  return hints[task.reason]?.(task) ?? null;
}

const goOn = ({ id }: Hinted): string => `dispatch resume ${id} --message "go on"`;

const hints: Partial<Record<TaskReason, (task: Hinted) => string>> = {
  auth: (task) =>
    `log in to ${task.backend} with its own command (dispatch ready shows who is), then ${goOn(task)}`,
  quota: (task) =>
    `the account of ${task.backend} has used up its limit or credit: wait for it or add some, then ${goOn(task)}`,
  rate_limit: (task) => `${task.backend} was asked too often: wait some minutes, then ${goOn(task)}`,
  overloaded: (task) =>
    `the provider of ${task.backend} was overloaded: wait some minutes, then ${goOn(task)}`,
  network: (task) => `${task.backend} could not reach its provider: look at the network, then ${goOn(task)}`,
  model_unavailable: (task) =>
    `${task.backend} has no such model for you: start the task anew with another --model, or without one`,
  refused: ({ id }) => `the model refused: say it in other words with dispatch resume ${id} --message "…"`,
  output_limit: (task) =>
    `the answer grew too long: ask for smaller steps, dispatch resume ${task.id} --message "…"`,
  context_length: ({ id }) =>
    `the session no longer fits into the model: begin another from what is there, dispatch resume ${id} --fresh`,
  session_lost: ({ id, backend }) =>
    `${backend} does not know the session any more: begin another from what is there, dispatch resume ${id} --fresh`,
  session_taken: (task) =>
    `another ${task.backend}, begun outside of dispatch, has the session open: close it there, then ${goOn(task)}`,
  verification: ({ id, attempts }) =>
    `see what the check said: dispatch logs ${id} --attempt ${attempts.length - 1}, then dispatch resume ${id}`,
  by_hand: ({ id }) =>
    `its session was last in your own hands: say how to go on, dispatch resume ${id} --message "…"`,
  timeout: (task) => `it was stopped for its time limit: ${goOn(task)} gives it as long again`,
  stalled: ({ id }) => `it was silent for too long: see dispatch logs ${id}, then dispatch resume ${id}`,
  not_started: (task) => `its launcher never came to work: dispatch doctor, then ${goOn(task)}`,
  agent_error: ({ id }) => `see what the agent said: dispatch logs ${id}, and dispatch logs ${id} --stderr`,
  retrying_in_agent: ({ id }) => `the agent waits and tries again by itself; dispatch cancel ${id} ends that`,
};
