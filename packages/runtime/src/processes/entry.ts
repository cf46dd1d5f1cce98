/** One process as it was at one look. */
export interface ProcessEntry {
  pid: number;
  ppid: number;
  pgid: number;
  sid: number;
  /** One letter, as `ps` shows it. */
  state: string;
  /** Clock ticks since boot on Linux; `ps`'s lstart elsewhere. With the pid it names a process of this boot. */
  start_time: string;
  comm: string;
  threads: number;
  /** A thread of the kernel's own. */
  kernel: boolean;
}

/** A process by the two facts that outlive a reuse of its number within one boot. */
export interface ProcessRef {
  pid: number;
  start_time: string;
}

const PF_KTHREAD = 0x0020_0000;

/** Reads a line of /proc/PID/stat (proc_pid_stat(5)); null if it is none. The name may hold spaces and parentheses. */
export function parseStat(text: string): ProcessEntry | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = text.slice(close + 2).split(' ', 20);
  const [state, ppid, pgid, sid] = fields;
  const start = fields[19];
  const pid = Number.parseInt(text.slice(0, open), 10);
  if (!Number.isInteger(pid) || state === undefined || sid === undefined || start === undefined) return null;
  return {
    pid,
    ppid: Number(ppid),
    pgid: Number(pgid),
    sid: Number(sid),
    state,
    start_time: start,
    comm: text.slice(open + 1, close),
    threads: Number(fields[17]),
    kernel: (Number(fields[6]) & PF_KTHREAD) !== 0,
  };
}

/** Not yet dead: a zombie whose other threads still run is alive (its first thread has merely left). */
export function isLiving(entry: ProcessEntry): boolean {
  return !/^[ZXx]/.test(entry.state) || entry.threads > 1;
}

export function isProcess(entry: ProcessEntry | null | undefined, ref: ProcessRef): boolean {
  return entry != null && entry.pid === ref.pid && entry.start_time === ref.start_time;
}
