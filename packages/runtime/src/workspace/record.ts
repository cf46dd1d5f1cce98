import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createFile, readRegular, replaceFile, requireFolder } from '@dispatch/core';
import { readWorkspace, type WorkspaceState } from './state.ts';

/**
 * What the workspace was like before an attempt, in a file of its outputs. It is worth less than the attempt: where it
 * cannot be written, `result` says that it is not known.
 */
export function recordWorkspaceBefore(file: string, before: WorkspaceState | null): void {
  if (before === null) return;
  try {
    requireOwnFolders(file);
    rmSync(file, { force: true });
    createFile(file, `${JSON.stringify({ before, after: null }, null, 2)}\n`, 'cached');
  } catch {
    // As said above.
  }
}

/** The same of afterwards, once. Worth less than the end of the task. */
export async function recordWorkspaceAfter(file: string | null, workspace: string): Promise<void> {
  if (file === null) return;
  try {
    requireOwnFolders(file);
    const record: unknown = JSON.parse(readRegular(file)?.toString('utf8') ?? '');
    if (typeof record !== 'object' || record === null || !('before' in record)) return;
    if ('after' in record && record.after !== null) return;
    const after = await readWorkspace(workspace, { timeoutMs: 10_000 });
    requireOwnFolders(file);
    replaceFile(file, `${JSON.stringify({ ...record, after }, null, 2)}\n`, 'cached');
  } catch {
    // As said above.
  }
}

/** The agent is at work meanwhile: throws PlantedLink where a link stands in the place of its outputs, or of its task. */
function requireOwnFolders(file: string): void {
  requireFolder(dirname(dirname(file)));
  requireFolder(dirname(file));
}
