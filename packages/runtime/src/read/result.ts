import { lastHeardAttempt, readRegular, type Attempt } from '@dispatch/core';
import { findBackend } from '@dispatch/backends';
import type { Dispatcher } from '../dispatcher.ts';
import { LogReader, readTail } from '../observe/index.ts';
import { changedFiles, readWorkspace, type ChangedPath, type WorkspaceState } from '../workspace/index.ts';
import { lookAfter } from './look-after.ts';
import { TaskReader, type Verification } from './view.ts';

/** What came of a task so far. */
export interface TaskResult {
  task_id: string;
  status: string;
  reason: string;
  detail: string | null;
  /** The last of the agent. */
  attempt: number | null;
  /** What became of the check; null where none was asked for. */
  verification: Verification | null;
  /** What the agent said last. */
  last_message: string | null;
  /** Text of `output.md`. */
  output: string | null;
  output_path: string;
  /** The end of what its last attempt wrote to stderr, where that did not succeed; null where there is nothing. */
  stderr: string | null;
  stderr_path: string | null;
  /** What differs in the workspace since the attempt began; null where that is not known. */
  files_changed: ChangedPath[] | null;
  files_changed_unknown: string | null;
}

/** What came of the task so far. */
export async function resultOf(dispatcher: Dispatcher, id: string): Promise<TaskResult> {
  lookAfter(dispatcher);
  const { view: task } = new TaskReader(dispatcher).read(id);
  const attempt = lastHeardAttempt(task);
  const changes = await changesSince(attempt, task.workspace_root);
  return {
    task_id: id,
    status: task.status,
    reason: task.reason,
    detail: task.detail,
    attempt: attempt?.attempt ?? null,
    verification: task.verification,
    last_message: attempt === null ? null : lastMessageOf(attempt),
    output: readRegular(task.artifacts.output_file)?.toString('utf8') ?? null,
    output_path: task.artifacts.output_file,
    ...stderrOf(attempt),
    ...changes,
  };
}

const stderrBytes = 4 * 1024;

/** Agents write warnings there all the time: it tells something only where no success does. */
export function stderrOf(attempt: Attempt | null): Pick<TaskResult, 'stderr' | 'stderr_path'> {
  if (attempt === null) return { stderr: null, stderr_path: null };
  const unsuccessful = attempt.phase === 'ended' && attempt.outcome !== 'succeeded';
  const text = unsuccessful ? readTail(attempt.stderr_path, stderrBytes).trim() : '';
  return { stderr: text === '' ? null : text, stderr_path: attempt.stderr_path };
}

const lastMessageBytes = 16 * 1024;

/** A generic agent has no messages: the end of what it printed stands for it. */
export function lastMessageOf(attempt: Attempt): string | null {
  const backend = findBackend(attempt.backend_type);
  if (backend?.has_transcript === true) {
    const log = new LogReader(attempt.stdout_path, backend);
    log.end();
    return log.summary.last_message;
  }
  const text = readTail(attempt.stdout_path, lastMessageBytes).trim();
  return text === '' ? null : text;
}

async function changesSince(
  attempt: Attempt | null,
  workspace: string,
): Promise<Pick<TaskResult, 'files_changed' | 'files_changed_unknown'>> {
  const unknown = (why: string) => ({ files_changed: null, files_changed_unknown: why });
  if (attempt === null || attempt.workspace_path === null)
    return unknown('nothing was recorded before the attempt');
  let record: { before: WorkspaceState; after: WorkspaceState | null };
  try {
    record = JSON.parse(readRegular(attempt.workspace_path)?.toString('utf8') ?? '');
  } catch {
    return unknown(`${attempt.workspace_path} cannot be read`);
  }
  if (record.before.kind === 'none')
    return unknown('the workspace was no git repository when the attempt began');
  if (record.before.kind === 'unknown')
    return unknown(`the workspace could not be looked at before the attempt: ${record.before.why}`);
  const after = record.after ?? (await readWorkspace(workspace, { timeoutMs: 10_000 }));
  const changed = await changedFiles(record.before, after, workspace);
  return changed.kind === 'known'
    ? { files_changed: changed.paths, files_changed_unknown: changed.truncated ? 'there may be more' : null }
    : unknown(changed.why);
}
