import {
  createFile,
  lastAgentAttempt,
  parseChecklist,
  readRegular,
  type Grant,
  type Task,
  type TaskMode,
} from '@dispatch/core';

/** What a discussion has drafted is carried out as the plan that it holds, or else directly. */
export function modeToGoOnIn(
  task: Task,
  { task_mode: before }: Pick<Grant, 'task_mode'>,
  typed: TaskMode | null,
): TaskMode {
  if (typed !== null || before !== 'discuss') return typed ?? before;
  const last = lastAgentAttempt(task);
  const draft = draftOf(task);
  const isDrafted = last === null ? draft !== '' : last.reason === 'discussion_draft';
  if (!isDrafted) return before;
  return holdsPlan(draft) ? 'plan' : 'direct';
}

function draftOf({ artifacts }: Task): string {
  return readRegular(artifacts.output_file)?.toString('utf8') ?? '';
}

function holdsPlan(text: string): boolean {
  return parseChecklist(text).items.length > 0;
}

/** The draft becomes the plan, unless there is one already, or none in it. */
export function writePlan(task: Task): void {
  const draft = draftOf(task);
  const { plan_file: plan } = task.artifacts;
  if (holdsPlan(draft) && readRegular(plan) === null) createFile(plan, draft, 'durable');
}
