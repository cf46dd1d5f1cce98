import { resolve } from 'node:path';

/** One system call that changes a file, made by a process whose program is node. */
export interface TracedChange {
  pid: number;
  /** What kind of change: `open`, `write`, `rename`, … (a family of system calls). */
  kind: string;
  /** The path that the call changes, or the first of two; absolute, links not followed. */
  path: string;
  path2?: string;
  line: string;
}

// Which arguments hold the path(s): 'p' a path, 'd' the descriptor before a path, 'f' a descriptor, '.' anything.
const shapes: Record<string, [kind: string, shape: string]> = {
  open: ['open', 'p'],
  creat: ['open', 'p'],
  openat: ['open', 'dp'],
  openat2: ['open', 'dp'],
  write: ['write', 'f'],
  writev: ['write', 'f'],
  pwrite64: ['write', 'f'],
  pwritev: ['write', 'f'],
  pwritev2: ['write', 'f'],
  rename: ['rename', 'pp'],
  renameat: ['rename', 'dpdp'],
  renameat2: ['rename', 'dpdp'],
  link: ['link', 'pp'],
  linkat: ['link', 'dpdp'],
  symlink: ['symlink', '.p'],
  symlinkat: ['symlink', '.dp'],
  unlink: ['unlink', 'p'],
  unlinkat: ['unlink', 'dp'],
  rmdir: ['rmdir', 'p'],
  mkdir: ['mkdir', 'p'],
  mkdirat: ['mkdir', 'dp'],
  truncate: ['truncate', 'p'],
  ftruncate: ['truncate', 'f'],
  fallocate: ['truncate', 'f'],
  utimensat: ['utimes', 'dp'],
  chmod: ['chmod', 'p'],
  fchmod: ['chmod', 'f'],
  fchmodat: ['chmod', 'dp'],
  chown: ['chown', 'p'],
  lchown: ['chown', 'p'],
  fchown: ['chown', 'f'],
  fchownat: ['chown', 'dp'],
  fsync: ['sync', 'f'],
  fdatasync: ['sync', 'f'],
  copy_file_range: ['copy', '..f'],
  sendfile: ['copy', 'f'],
};
const following = ['execve', 'clone', 'clone3', 'fork', 'vfork', 'chdir', 'fchdir'];

/** For `strace -e trace=`; a name that this machine's strace does not know is passed over ('?'). */
export const tracedCalls = [...Object.keys(shapes), ...following].map((name) => `?${name}`).join(',');

/** Reads the output of `strace -f -y` on a command started in `cwd`. */
export function parseTrace(trace: string, cwd: string): TracedChange[] {
  const changes: TracedChange[] = [];
  const processOf = new Map<number, number>();
  const programs = new Map<number, string>();
  const folders = new Map<number, string>();
  for (const [thread, line] of wholeLines(trace)) {
    const pid = processOf.get(thread) ?? thread;
    const [, name, rest] = /^(\w+)\((.*)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) continue;
    const failed = / = -1 /.test(rest);
    const folder = folders.get(pid) ?? cwd;
    const args = argumentsOf(rest);
    const made = Number(/ = (\d+)[^=]*$/.exec(rest)?.[1]);
    if (name === 'execve' && !failed) programs.set(pid, args[0] ?? '');
    if ((name === 'chdir' || name === 'fchdir') && !failed) {
      folders.set(pid, resolve(folder, (name === 'chdir' ? text(args[0]) : descriptor(args[0])) ?? '.'));
    }
    if (/^(clone3?|v?fork)$/.test(name) && made > 0) {
      const isThread = rest.includes('CLONE_THREAD');
      processOf.set(made, isThread ? pid : made);
      if (!isThread) folders.set(made, folder);
    }
    const [kind, shape] = shapes[name] ?? [];
    const isNode = /\/node"?$/.test(programs.get(pid) ?? '');
    if (kind === undefined || shape === undefined || !isNode) continue;
    if (kind === 'open' && !/O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)/.test(rest) && name !== 'creat') continue;
    const [path, path2] = pathsOf(args, shape, folder);
    if (path === undefined) continue;
    const change: TracedChange = { pid, kind: removesFolder(name, rest) ? 'rmdir' : kind, path, line };
    if (path2 !== undefined) change.path2 = path2;
    changes.push(change);
  }
  return changes;
}

const removesFolder = (name: string, rest: string) => name === 'unlinkat' && rest.includes('AT_REMOVEDIR');

/**
 * Lines with their thread, the halves of interrupted calls put together. A new thread's first calls can be printed
 * before the clone that made it has returned, so calls are given in the order of their ends, clones of their starts.
 */
function* wholeLines(trace: string): Generator<[number, string]> {
  const started = new Map<number, string>();
  const lines: [number, string][] = [];
  for (const raw of trace.split('\n')) {
    const [, id, line] = /^(\d+)\s+(.*)$/.exec(raw) ?? [];
    if (id === undefined || line === undefined) continue;
    const thread = Number(id);
    const unfinished = / <unfinished \.\.\.>$/.exec(line);
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(line);
    if (unfinished) started.set(thread, line.slice(0, unfinished.index));
    else lines.push([thread, resumed ? (started.get(thread) ?? '') + (resumed[1] ?? '') : line]);
    if (resumed) started.delete(thread);
  }
  for (const [thread, line] of started) lines.push([thread, line]);
  const isClone = ([, line]: [number, string]) => /^(clone3?|v?fork)\(/.test(line);
  yield* withParentsFirst(lines, isClone);
}

/** Moves a clone before the first call of the thread that it made. */
function withParentsFirst(
  lines: [number, string][],
  isClone: (line: [number, string]) => boolean,
): [number, string][] {
  const clones = new Map<number, [number, string]>();
  for (const line of lines.filter(isClone)) {
    const made = Number(/ = (\d+)[^=]*$/.exec(line[1])?.[1]);
    if (made > 0) clones.set(made, line);
  }
  const given = new Set<[number, string]>();
  const ordered: [number, string][] = [];
  const give = (line: [number, string]) => {
    const clone = clones.get(line[0]);
    if (clone && !given.has(clone)) give(clone);
    if (given.has(line)) return;
    given.add(line);
    ordered.push(line);
  };
  lines.forEach(give);
  return ordered;
}

/** The arguments as strace prints them, split at the commas that are in no string and no bracket. */
function argumentsOf(rest: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  const pieces = /"(?:[^"\\]|\\.)*"|<[^>]*>|[[{(\]}),]/g;
  for (const { 0: piece, index } of rest.matchAll(pieces)) {
    if ('[{('.includes(piece)) depth += 1;
    const ends = depth === 0 && (piece === ',' || piece === ')');
    if (ends) {
      found.push(rest.slice(from, index).trim());
      from = index + 1;
      if (piece === ')') return found;
    } else if (']})'.includes(piece)) depth -= 1;
  }
  return [...found, rest.slice(from).trim()];
}

function pathsOf(args: string[], shape: string, cwd: string): string[] {
  const paths: string[] = [];
  let base = cwd;
  [...shape].forEach((letter, index) => {
    const argument = args[index];
    if (letter === 'd') base = descriptor(argument) ?? cwd;
    if (letter === 'p') {
      const path = text(argument);
      // utimensat(fd, NULL, …) is futimens: the descriptor is the file.
      paths.push(path === undefined ? base : resolve(base, path));
    }
    const held = letter === 'f' ? descriptor(argument) : undefined;
    if (held !== undefined) paths.push(held);
  });
  return paths;
}

/** The path in `3</a/b>`, as -y prints descriptors. */
function descriptor(argument = ''): string | undefined {
  const path = /^[\w-]+<(\/.*?)>(?:\(deleted\))?$/.exec(argument)?.[1];
  return path && unescaped(path).replace(/ \(deleted\)$/, '');
}

function text(argument = ''): string | undefined {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(argument)?.[1];
  return quoted === undefined ? undefined : unescaped(quoted);
}

/** strace prints what is not ASCII as octal bytes. */
function unescaped(printed: string): string {
  const named: Record<string, string> = { n: '\n', t: '\t', r: '\r', v: '\v', f: '\f' };
  const bytes = printed.replace(/\\(x[0-9a-f]{2}|[0-7]{1,3}|.)/g, (_, escape: string) => {
    if (escape.startsWith('x')) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /^[0-7]/.test(escape)
      ? String.fromCharCode(Number.parseInt(escape, 8))
      : (named[escape] ?? escape);
  });
  return Buffer.from(bytes, 'latin1').toString();
}
