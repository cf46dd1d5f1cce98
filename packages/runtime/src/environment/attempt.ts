import { MARK, MARK_ROOT, markOf } from '../processes/mark.ts';
import type { Environment } from './captured.ts';
import { TASK_DIR, isMark } from './marks.ts';

export interface AttemptSurroundings {
  taskId: string;
  attempt: number;
  /** The root's real path. */
  rootPath: string;
  taskDir: string;
  /** What the backend needs so that our promises hold. */
  extra: Readonly<Environment>;
}

/** What the launcher and the agent are started with; the marks win over everything else. */
export function attemptEnvironment(
  captured: Readonly<Environment>,
  surroundings: AttemptSurroundings,
): Environment {
  const { taskId, attempt, rootPath, taskDir, extra } = surroundings;
  return {
    ...withoutMarks(captured),
    ...extra,
    [MARK]: markOf(taskId, attempt),
    [MARK_ROOT]: rootPath,
    [TASK_DIR]: taskDir,
  };
}

/** For a process of ours that is no part of an attempt (the supervisor), whoever started it. */
export function withoutMarks(env: Readonly<NodeJS.ProcessEnv>): Environment {
  const kept: Environment = {};
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && !isMark(name)) kept[name] = value;
  return kept;
}

/** Names (never values) that were added, removed or given another value, sorted. */
export function changedVariables(before: Readonly<Environment>, after: Readonly<Environment>): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}
