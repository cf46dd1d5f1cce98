import { closeSync, openSync, readFileSync, readSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { pause } from '@dispatch/core';
import { parseStat, isLiving, type ProcessEntry } from './entry.ts';
import { anybodyAt, commandLine } from './kernel.ts';
import { namespaceInode } from './probe.ts';
import type { EnvironmentLook, ProcessTable } from './table.ts';

const EMPTY_READS = 6;
const NAMESPACE_LOOKS = 3;

export function lookOnLinux(only: readonly number[] | null): ProcessTable {
  const entries = readEntries(only ?? allPids());
  const environs = new Map<number, EnvironmentLook>();
  const argvs = new Map<number, readonly string[]>();
  let namespaces: { complete: boolean; named: ReadonlySet<string> } | null = null;
  const table: ProcessTable = {
    entries,
    environ: (pid) => remembered(environs, pid, () => readEnviron(pid, entries.get(pid))),
    environmentsHidden: false,
    uid: realUid,
    exe: exeName,
    argv: (pid) => remembered(argvs, pid, () => readArgv(pid)),
    command: (pid) => commandLine(table.argv(pid)) || entries.get(pid)?.comm || '',
    exists: anybodyAt,
    groupExists: (pgid) => anybodyAt(-pgid),
    pidNamespaces: () => (namespaces ??= readNamespaces()),
  };
  return table;
}

export function entryOnLinux(pid: number): ProcessEntry | null {
  const text = readSmall(`/proc/${pid}/stat`);
  return text === null ? null : parseStat(text);
}

function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => {
      const first = name.charCodeAt(0);
      return first >= 48 && first <= 57;
    })
    .map(Number);
}

function readEntries(pids: readonly number[]): Map<number, ProcessEntry> {
  const entries = new Map<number, ProcessEntry>();
  for (const pid of pids) {
    const entry = entryOnLinux(pid);
    if (entry !== null) entries.set(entry.pid, entry);
  }
  return entries;
}

const buffer = Buffer.allocUnsafe(4096);

/** Half the cost of `readFileSync`, which asks for the size first. A stat line is at most some 500 bytes. */
function readSmall(path: string): string | null {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, 0));
  } catch {
    return null; // ESRCH: it ended after it was opened
  } finally {
    closeSync(fd);
  }
}

/** In `execve` an environment reads as empty for a moment, so an empty one is read again, a millisecond apart. */
function readEnviron(pid: number, entry: ProcessEntry | undefined): EnvironmentLook {
  if (entry === undefined || entry.kernel || !isLiving(entry)) return { kind: 'empty' };
  for (let read = 0; read <= EMPTY_READS; read += 1) {
    if (read > 0) pause(1);
    let text: string;
    try {
      text = readFileSync(`/proc/${pid}/environ`, 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code === 'EACCES' || code === 'EPERM' ? { kind: 'unreadable' } : { kind: 'empty' };
    }
    if (text !== '') return { kind: 'read', value: dispatchVariables(text) };
  }
  return { kind: 'empty' };
}

function dispatchVariables(environ: string): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = environ.indexOf('DISPATCH_'); at >= 0; at = environ.indexOf('DISPATCH_', at + 1)) {
    if (at > 0 && environ.charCodeAt(at - 1) !== 0) continue;
    const end = environ.indexOf('\0', at);
    const pair = environ.slice(at, end < 0 ? undefined : end);
    const equals = pair.indexOf('=');
    if (equals > 0 && !found.has(pair.slice(0, equals)))
      found.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  return found;
}

/** The folder's owner is the effective uid, or root's where a process has made itself private; then its status says more. */
function realUid(pid: number): number | null {
  const own = process.getuid?.();
  try {
    if (own !== 0 && statSync(`/proc/${pid}`).uid === own) return own ?? null;
    const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return uid === undefined ? null : Number(uid);
  } catch {
    return null;
  }
}

function exeName(pid: number): string | null {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''));
  } catch {
    return null;
  }
}

function readArgv(pid: number): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return text === '' ? [] : text.replace(/\0$/, '').split('\0');
  } catch {
    return [];
  }
}

/**
 * Process 1, which may not be looked into, is in the namespace that this /proc shows, and so are the kernel's threads.
 * Looks again while processes vanish under it: what such a one forked meanwhile may have been missed.
 */
function readNamespaces(): { complete: boolean; named: ReadonlySet<string> } {
  const named = new Set<string>();
  for (let look = 0; look < NAMESPACE_LOOKS; look += 1) {
    let vanished = false;
    for (const { pid, kernel } of readEntries(allPids()).values()) {
      if (pid === 1 || kernel) continue;
      try {
        named.add(namespaceInode(readlinkSync(`/proc/${pid}/ns/pid`)));
      } catch {
        const entry = entryOnLinux(pid);
        if (entry === null) vanished = true;
        else if (isLiving(entry)) return { complete: false, named };
      }
    }
    if (!vanished) return { complete: true, named };
  }
  return { complete: false, named };
}

function remembered<V>(cache: Map<number, V>, key: number, read: () => V): V {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const value = read();
  cache.set(key, value);
  return value;
}
