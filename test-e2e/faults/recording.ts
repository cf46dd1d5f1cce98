import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One successful call as `preload/recorder.mjs` wrote it. Times are nanoseconds of the monotonic clock. */
export interface RecordedCall {
  t0: bigint;
  t1: bigint;
  pid: number;
  call: string;
  /** Absolute, links of folders followed. */
  path: string;
  path2?: string;
  /** Identity of the file that the call was on: device, inode, birth. */
  key?: string;
  mode?: number;
  size?: number;
  dir?: boolean;
  flags?: number;
  offset?: number;
  length?: number;
  target?: string;
  data?: Buffer;
  /** The descriptor was opened with O_SYNC or O_DSYNC. */
  sync?: boolean;
}

export interface Recording {
  roots: string[];
  /** All processes' calls, ordered by the moment at which others could see them. */
  calls: RecordedCall[];
  /** Turns a wall clock time (ms) into the calls' clock. */
  monotonic(wallMs: number): bigint;
}

interface Start {
  roots: string[];
  wall_ms: number;
  t: string;
}

/** Reads and merges what the processes under DISPATCH_FAULT_RECORD=folder have written. */
export function loadRecording(folder: string): Recording {
  const calls: RecordedCall[] = [];
  const roots = new Set<string>();
  let clock: Start | undefined;
  for (const name of readdirSync(folder).sort()) {
    // A process killed while it wrote leaves a last line without its end.
    const lines = readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1);
    const [first, ...rest] = lines;
    if (first === undefined) continue;
    clock = JSON.parse(first) as Start;
    for (const root of clock.roots) roots.add(root);
    calls.push(...rest.map(parseCall));
  }
  if (clock === undefined) throw new Error(`no recording in ${folder}`);
  const { wall_ms: wall, t } = clock;
  return {
    roots: [...roots],
    calls: calls.sort(byMoment),
    monotonic: (wallMs) => BigInt(t) + BigInt(Math.round((wallMs - wall) * 1e6)),
  };
}

/**
 * Files that are there now and that no recorded call has put there: a shell launcher's. They become calls of their own
 * at the time of their last change, written in one piece and never fsynced, and take their place in a new recording.
 * That place is right to some 10 ms: the kernel stamps files with the time of its last tick.
 */
export function withExternalFiles(recording: Recording): Recording {
  const known = new Set(recording.calls.flatMap(({ path, path2 }) => [path, path2]));
  const external = recording.roots
    .flatMap((root) => filesBelow(root))
    .filter((path) => !known.has(path))
    .map((path): RecordedCall => {
      const stat = lstatSync(path);
      const t = recording.monotonic(stat.mtimeMs);
      const data = readFileSync(path);
      return { t0: t, t1: t, pid: 0, call: 'external', path, mode: stat.mode & 0o7777, data };
    });
  return { ...recording, calls: [...recording.calls, ...external].sort(byMoment) };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

function parseCall(line: string): RecordedCall {
  const { t0, t1, data, ...rest } = JSON.parse(line) as Omit<RecordedCall, 't0' | 't1' | 'data'> & {
    t0: string;
    t1: string;
    data?: string;
  };
  const call: RecordedCall = { ...rest, t0: BigInt(t0), t1: BigInt(t1) };
  if (data !== undefined) call.data = Buffer.from(data, 'base64');
  return call;
}

function byMoment(a: RecordedCall, b: RecordedCall): number {
  const [one, other] = [momentOf(a), momentOf(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * When it had returned; but a name is there before the call that gave it returns, and where the processors are busy long
 * before: another process may have seen it, synced its folder and gone on meanwhile.
 */
function momentOf({ call, t0, t1 }: RecordedCall): bigint {
  return call === 'link' || call === 'rename' ? t0 : t1;
}
