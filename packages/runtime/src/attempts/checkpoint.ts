import { dirname } from 'node:path';
import {
  agentAttempts,
  readBody,
  readRegular,
  type Attempt,
  type WorkCheckpoint,
  type Task,
} from '@dispatch/core';
import { orNull } from '../observe/damage.ts';
import { lastMessageOf } from '../read/result.ts';
import { diffSince } from '../workspace/index.ts';

const attemptsHeard = 4;

/** What is left of the work on a task, for an agent that does not remember it. */
export async function gatherCheckpoint(task: Task): Promise<WorkCheckpoint> {
  const { plan_file, context_file, task_file } = task.artifacts;
  const attempts = agentAttempts(task);
  return {
    attempts: attempts.length,
    ending: endingOf(attempts.at(-1)),
    plan: textOf(plan_file),
    context: textOf(context_file),
    said: attempts.slice(-attemptsHeard).flatMap((attempt) => saidIn(attempt, dirname(task_file))),
    changes: await diffSince(task.workspace_root, headBefore(task.attempts[0])),
  };
}

function endingOf(last: Attempt | undefined): string {
  if (last === undefined) return 'unknown';
  const detail = last.detail === null ? '' : `: ${last.detail.replaceAll(/\s+/g, ' ').slice(0, 300)}`;
  return `${last.status ?? 'unknown'}, ${last.reason ?? 'unknown'}${detail}`;
}

function saidIn(attempt: Attempt, taskDir: string): WorkCheckpoint['said'] {
  const { attempt: number, message } = attempt;
  const asked = message === null ? null : orNull(() => readBody(taskDir, message));
  const told = orNull(() => lastMessageOf(attempt));
  return [
    ...(asked === null ? [] : [{ attempt: number, by: 'user' as const, text: asked }]),
    ...(told === null ? [] : [{ attempt: number, by: 'worker' as const, text: told }]),
  ];
}

function textOf(path: string): string | null {
  return orNull(() => readRegular(path)?.toString('utf8') ?? null);
}

/** The commit at the task's beginning; a worker can write this file. */
function headBefore(first: Attempt | undefined): string | null {
  if (first === undefined || first.workspace_path === null) return null;
  try {
    const record: unknown = JSON.parse(textOf(first.workspace_path) ?? '');
    const head = (record as { before?: { head?: unknown } } | null)?.before?.head;
    return typeof head === 'string' ? head : null;
  } catch {
    return null;
  }
}
