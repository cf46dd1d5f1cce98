/** Whether `kill(target, 0)` finds anybody; a negative target is a group. Not being allowed to signal means: yes. */
export function anybodyAt(target: number): boolean {
  try {
    process.kill(target, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

export const COMMAND_LENGTH = 200;

/** An argument list as one printable line. */
export function commandLine(argv: readonly string[]): string {
  return argv
    .join(' ')
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, COMMAND_LENGTH);
}
