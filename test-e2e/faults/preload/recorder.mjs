import { constants } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { original } from './originals.mjs';
import { realPath } from './paths.mjs';
import { settings } from './settings.mjs';

let output;

/** Takes what must be taken before the call: the start, the resolved names and a copy of the bytes. */
export function recordBefore(step) {
  if (settings.record === undefined) return undefined;
  output ??= openRecording();
  return {
    path: step.now ?? realPath(step.path),
    path2: step.path2 === undefined ? undefined : realPath(step.path2),
    payload: step.payload?.(),
    t0: process.hrtime.bigint(),
  };
}

/** Writes the record of a call that succeeded; `t1` is taken first, so that it is as near to the call as can be. */
export function recordAfter(step, result, before) {
  if (before === undefined) return;
  const t1 = process.hrtime.bigint();
  const record = {
    t0: String(before.t0),
    t1: String(t1),
    pid: process.pid,
    call: step.call,
    path: before.path,
    path2: before.path2,
    ...details(step, result, before),
  };
  original.writeSync(output, `${JSON.stringify(record)}\n`);
}

/** One file a thread; its first line ties the monotonic clock to the wall clock, for files that others made. */
function openRecording() {
  original.mkdirSync(settings.record, { recursive: true });
  const name = `${process.pid}-${threadId}-${process.hrtime.bigint()}.jsonl`;
  const fd = original.openSync(join(settings.record, name), 'ax', 0o600);
  const start = {
    roots: settings.roots.map(realPath),
    wall_ms: Date.now(),
    t: String(process.hrtime.bigint()),
  };
  original.writeSync(fd, `${JSON.stringify(start)}\n`);
  return fd;
}

function details(step, result, before) {
  switch (step.call) {
    case 'open': {
      const fd = typeof result === 'number' ? result : result.fd;
      return { flags: step.flags, ...linkTarget(fd), ...identity(original.fstatSync(fd, { bigint: true })) };
    }
    case 'write':
    case 'writev': {
      const bytes = typeof result === 'number' ? result : result.bytesWritten;
      const stat = original.fstatSync(step.fd, { bigint: true });
      const { offset, sync } = landing(step, bytes, Number(stat.size));
      const data = before.payload.subarray(0, bytes).toString('base64');
      return { ...identity(stat), offset, sync, data };
    }
    case 'ftruncate':
      return { length: step.length, ...identity(original.fstatSync(step.fd, { bigint: true })) };
    case 'fsync':
    case 'fdatasync':
    case 'fchmod':
      return identity(original.fstatSync(step.fd, { bigint: true }));
    case 'mkdtemp': {
      const made = typeof result === 'string' ? result : String(result);
      return { path: realPath(made), ...identity(original.lstatSync(made, { bigint: true })) };
    }
    case 'copyFile': {
      const data = original.readFileSync(before.path2).toString('base64');
      return { data, ...identity(original.statSync(before.path2, { bigint: true })) };
    }
    case 'mkdir':
    case 'chmod':
      return identity(original.statSync(before.path, { bigint: true }));
    case 'symlink':
      return { target: step.target };
    default:
      return {};
  }
}

/** A file's identity; its birth is part of it, because numbers of inodes are given again after an unlink. */
function identity(stat) {
  return {
    key: `${stat.dev}:${stat.ino}:${stat.birthtimeNs}`,
    mode: Number(stat.mode & 0o7777n),
    size: Number(stat.size),
    dir: stat.isDirectory() || undefined,
  };
}

/** Where open followed a link at the end of the path, the name of the file that it came to. */
function linkTarget(fd) {
  try {
    return { path: original.readlinkSync(`/proc/self/fd/${fd}`).replace(/ \(deleted\)$/, '') };
  } catch {
    return {};
  }
}

/** Where the bytes came to lie: with O_APPEND the kernel chooses, and only the descriptor's position tells. */
function landing({ fd, position }, bytes, size) {
  let info;
  try {
    info = original.readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
  } catch {
    return { offset: typeof position === 'number' ? position : size - bytes };
  }
  const flags = Number.parseInt(/^flags:\s*(\d+)/m.exec(info)[1], 8);
  const sync = (flags & (constants.O_DSYNC | constants.O_SYNC)) !== 0 || undefined;
  const placed = typeof position === 'number' || typeof position === 'bigint';
  // Linux appends at the end even where a position is given (pwrite(2), BUGS).
  if (placed && (flags & constants.O_APPEND) !== 0) return { offset: size - bytes, sync };
  return { offset: placed ? Number(position) : Number(/^pos:\s*(\d+)/m.exec(info)[1]) - bytes, sync };
}
