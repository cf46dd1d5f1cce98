import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ensureFolders, sha256, type AskCommand, type HomeLayout } from '@dispatch/core';
import type { HostPlan } from './host.ts';
import { reaching, removeHostFile, removeTemporaries, replaceHostFile } from './host-file.ts';
import type { Integrated } from './index.ts';
import { lookAtFiles, lookAtTable, missingFolders, type FileChange } from './look.ts';
import { readRecord, recordPath, removeRecord, writeRecord, type IntegrationRecord } from './record.ts';

/** What was done to a file of a host. */
export type FileEffect = 'created' | 'changed' | 'unchanged' | 'removed';

/** See `integrateHost`. All is looked at before anything is written. */
export function apply(plan: HostPlan, home: HomeLayout, program: AskCommand): Integrated {
  const path = recordPath(home, plan);
  for (;;) {
    const before = readRecord(path);
    const files = lookAtFiles(plan, before);
    const table = plan.table === null ? null : lookAtTable(plan, plan.table, before);
    const changes: FileChange[] = [...files, ...(table === null ? [] : [table])];
    const places = changes.map((change) => change.path);
    const after: IntegrationRecord = {
      ...before,
      host: plan.host,
      home: plan.home,
      ...program,
      files: files.flatMap(({ path: own, after: text, is_ours: isOurs }) =>
        isOurs && text !== null ? [{ path: own, hashes: [sha256(text)] }] : [],
      ),
      table:
        table === null
          ? null
          : {
              ...before?.table,
              path: table.path,
              inserted: [table.inserted],
              made_file: table.before === null || before?.table?.made_file === true,
            },
      folders: [...new Set([...(before?.folders ?? []), ...missingFolders(places)])],
    };
    const isWanted = changes.some((change) => change.before !== change.after);
    // Of both, until all is written.
    if (isWanted) writeRecord(path, before === null ? after : joined(before, after));
    removeTemporaries(places);
    // Something else was written there meanwhile: all is looked at again.
    if (!changes.every(write)) continue;
    const isNothing = after.files.length === 0 && after.table === null;
    if (isNothing) removeRecord(path, home);
    else if (isWanted || !isDeepStrictEqual(before, after)) writeRecord(path, after);
    return {
      host_agent: plan.host,
      host_home: plan.home,
      files: changes.map((change) => ({ path: change.path, change: kindOf(change) })),
      changed: isWanted,
      next: isWanted ? plan.next : null,
    };
  }
}

/** False where the file is no longer as it was when it was looked at. */
export function write(change: FileChange): boolean {
  const { path, before, after } = change;
  if (before === after) return true;
  if (after === null) return before === null || removeHostFile(path, before);
  reaching(path, () => ensureFolders(dirname(path)));
  return replaceHostFile(path, before, after);
}

export function kindOf({ before, after }: FileChange): FileEffect {
  if (before === after) return 'unchanged';
  if (after === null) return 'removed';
  return before === null ? 'created' : 'changed';
}

function joined(before: IntegrationRecord, after: IntegrationRecord): IntegrationRecord {
  const paths = new Set([...before.files, ...after.files].map((file) => file.path));
  const hashesOf = (path: string) =>
    [before, after].flatMap(({ files }) => files.find((file) => file.path === path)?.hashes ?? []);
  return {
    ...after,
    files: [...paths].map((path) => ({ path, hashes: [...new Set(hashesOf(path))] })),
    table:
      after.table === null || before.table === null
        ? after.table
        : { ...after.table, inserted: [...new Set([...before.table.inserted, ...after.table.inserted])] },
  };
}
