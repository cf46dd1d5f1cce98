import { isLiving, isProcess, type ProcessEntry, type ProcessRef } from './entry.ts';
import { MARK, MARK_ROOT, markedness, type MarkSought } from './mark.ts';
import type { ProcessTable } from './table.ts';

export interface MarkedSearch extends MarkSought {
  /** Whose processes; others' are neither trusted nor signalled. */
  uid: number;
  /** Launcher and leader: what cannot be read but is in their group or session, or descends from them, counts. */
  recorded: readonly ProcessRef[];
  /** Never returned (the lease holder); neither is the process that asks. */
  excludedPids?: readonly number[];
  /** Only these, for who asks about many tasks of one look: `suspects` of their root. */
  among?: readonly ProcessEntry[] | undefined;
}

export interface MarkedProcess extends ProcessRef {
  pgid: number;
  sid: number;
  command: string;
  /** How it is known: by its environment, or by where it stands while that may not be read. */
  by: 'mark' | 'kinship';
}

function mayBeMarked(entry: ProcessEntry): boolean {
  return entry.pid > 1 && !entry.kernel && isLiving(entry);
}

/** The processes of this uid that may belong to some task of a root: all others belong to none. */
export function suspects(table: ProcessTable, rootPath: string, uid: number): ProcessEntry[] {
  return [...table.entries.values()].filter((entry) => {
    if (!mayBeMarked(entry)) return false;
    const look = table.environ(entry.pid);
    const mayBe = look.kind !== 'read' || (look.value.has(MARK) && look.value.get(MARK_ROOT) === rootPath);
    return mayBe && table.uid(entry.pid) === uid;
  });
}

/** Every living process that belongs to the task, wherever it put itself. */
export function findMarked(table: ProcessTable, search: MarkedSearch): MarkedProcess[] {
  const excluded = new Set([process.pid, ...(search.excludedPids ?? [])]);
  const found: MarkedProcess[] = [];
  for (const entry of search.among ?? table.entries.values()) {
    if (!mayBeMarked(entry) || excluded.has(entry.pid)) continue;
    const mark = markedness(table, entry.pid, search);
    if (mark === 'other' || (mark === 'hidden' && !isKin(entry, table, search.recorded))) continue;
    // Last: for root it takes a second file of each process.
    if (table.uid(entry.pid) !== search.uid) continue;
    const { pid, start_time, pgid, sid } = entry;
    found.push({
      pid,
      start_time,
      pgid,
      sid,
      command: table.command(pid),
      by: mark === 'marked' ? 'mark' : 'kinship',
    });
  }
  return found;
}

function isKin(entry: ProcessEntry, table: ProcessTable, recorded: readonly ProcessRef[]): boolean {
  return recorded.some((ref) => {
    // A number is given out again only when neither a group nor a session bears it any more.
    const holder = table.entries.get(ref.pid);
    if (holder !== undefined && holder.start_time !== ref.start_time) return false;
    if (isProcess(entry, ref) || entry.pgid === ref.pid || entry.sid === ref.pid) return true;
    return holder !== undefined && descendsFrom(entry, ref.pid, table);
  });
}

function descendsFrom(entry: ProcessEntry, ancestor: number, table: ProcessTable): boolean {
  let at: ProcessEntry | undefined = entry;
  for (let steps = 0; at !== undefined && at.pid > 1 && steps < 1_000; steps += 1) {
    if (at.ppid === ancestor) return true;
    at = table.entries.get(at.ppid);
  }
  return false;
}
