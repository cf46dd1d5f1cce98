import { readFileSync } from 'node:fs';

/**
 * Whether the terminal is ours to read from and to set: of a job in the background the kernel stops whoever tries
 * (proc(5): the fields of `stat` are those of process group and of the terminal's group). True where that cannot be told.
 */
export function isInForeground(): boolean {
  let stat: string;
  try {
    stat = readFileSync('/proc/self/stat', 'utf8');
  } catch {
    return true;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[2] === fields[5];
}
