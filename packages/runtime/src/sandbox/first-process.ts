import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** Pid 1 of our namespace. */
export interface FirstProcess {
  /** The kernel's name for it, cut after 15 bytes. */
  comm: string;
  /** Base names of its executable and of what it was called by; what may not be read is missing. */
  names: readonly string[];
}

const INTERPRETERS = /^(node|bun|sh|dash|bash|python[\d.]*)$/;

/** Reads pid 1 from /proc; null where there is none to read. */
export function firstProcess(): FirstProcess | null {
  const comm = tried(() => readFileSync('/proc/1/comm', 'utf8').trimEnd());
  if (comm === null) return null;
  const exe = tried(() => basename(readlinkSync('/proc/1/exe').replace(/ \(deleted\)$/, '')));
  const argv = tried(() => readFileSync('/proc/1/cmdline', 'utf8').split('\0')) ?? [];
  const called = basename(argv[0] ?? '');
  const script = INTERPRETERS.test(called) && argv[1]?.startsWith('-') === false ? basename(argv[1]) : '';
  return { comm, names: [exe ?? '', called, script].filter((name) => name !== '') };
}

function tried<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
