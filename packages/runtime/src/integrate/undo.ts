import type { HomeLayout } from '@dispatch/core';
import { kindOf, write } from './apply.ts';
import type { HostPlan } from './host.ts';
import { removeEmptyFolder, removeTemporaries } from './host-file.ts';
import type { Integrated } from './index.ts';
import { lookForTableUndo, lookForUndo } from './look.ts';
import { readRecord, recordPath, removeRecord } from './record.ts';

/** See `undoIntegration`. The record goes last: whoever is cut off types the same again. */
export function undo(plan: HostPlan, home: HomeLayout): Integrated {
  const { host: hostAgent, home: hostHome } = plan;
  const place = { host_agent: hostAgent, host_home: hostHome };
  const path = recordPath(home, plan);
  for (;;) {
    const record = readRecord(path);
    if (record === null) return { ...place, files: [], changed: false, next: null };
    const table = lookForTableUndo(plan, record);
    const changes = [...(table === null ? [] : [table]), ...lookForUndo(plan, record)];
    removeTemporaries(changes.map((change) => change.path));
    if (!changes.every(write)) continue;
    for (const folder of record.folders.toReversed()) removeEmptyFolder(folder);
    removeRecord(path, home);
    return {
      ...place,
      files: changes
        .filter((change) => change.before !== change.after)
        .map((change) => ({ path: change.path, change: kindOf(change) })),
      changed: true,
      next: null,
    };
  }
}
