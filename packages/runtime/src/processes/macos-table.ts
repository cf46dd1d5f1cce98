// Unverified: written after ps(1) of macOS and the BSDs, never run there. Environments of other processes are hidden
// from us on macOS, so every one is `unreadable` and what cannot be excluded is the caller's to report.
import { basename } from 'node:path';
import { anybodyAt, commandLine } from './kernel.ts';
import type { ProcessEntry } from './entry.ts';
import type { ProcessTable } from './table.ts';
import { childProcess } from './child-process.ts';

const COLUMNS = 'pid=,ppid=,pgid=,sess=,uid=,state=,lstart=,comm=';

interface Row {
  entry: ProcessEntry;
  uid: number;
  path: string;
}

export function lookOnMacos(): ProcessTable {
  const rows = new Map(readRows(['-ax']).map((row) => [row.entry.pid, row]));
  return {
    entries: new Map([...rows].map(([pid, row]) => [pid, row.entry])),
    environ: () => ({ kind: 'unreadable' }),
    environmentsHidden: true,
    uid: (pid) => rows.get(pid)?.uid ?? null,
    exe: (pid) => (rows.has(pid) ? basename(rows.get(pid)!.path) : null),
    argv: (pid) => readCommand(pid).split(' '),
    command: (pid) => commandLine([readCommand(pid)]),
    exists: anybodyAt,
    groupExists: (pgid) => anybodyAt(-pgid),
    pidNamespaces: () => ({ complete: false, named: new Set() }),
  };
}

export function entryOnMacos(pid: number): ProcessEntry | null {
  try {
    return readRows(['-p', String(pid)])[0]?.entry ?? null;
  } catch {
    return null; // ps leaves with 1 where there is no such process
  }
}

function readRows(selection: readonly string[]): Row[] {
  return ps([...selection, '-o', COLUMNS])
    .split('\n')
    .flatMap(parseRow);
}

function parseRow(line: string): Row[] {
  const words = line.trim().split(/\s+/);
  const [pid, ppid, pgid, , uid, state] = words;
  if (pid === undefined || state === undefined || words.length < 12) return [];
  const path = words.slice(11).join(' ');
  return [
    {
      uid: Number(uid),
      path,
      entry: {
        pid: Number(pid),
        ppid: Number(ppid),
        pgid: Number(pgid),
        sid: 0, // `sess` is a kernel address there, or 0
        state,
        start_time: words.slice(6, 11).join(' '),
        comm: basename(path),
        threads: 1,
        kernel: false,
      },
    },
  ];
}

function readCommand(pid: number): string {
  try {
    return ps(['-p', String(pid), '-o', 'command=']).trim();
  } catch {
    return '';
  }
}

function ps(args: readonly string[]): string {
  return childProcess().execFileSync('/bin/ps', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 10_000,
    maxBuffer: 64 * 1024 * 1024,
    env: { LC_ALL: 'C' },
  });
}
