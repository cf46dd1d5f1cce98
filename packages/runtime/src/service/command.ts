/** What a service runs. */
export interface ServiceCommand extends ServiceProgram {
  /** `~/.dispatch` or DISPATCH_HOME: whose stores are looked after. */
  home: string;
}

/** Absolute paths. */
export interface ServiceProgram {
  node: string;
  program: string;
}

/** Starts what looks after each store of a home. */
export const startArguments = ['supervise', '--everywhere'] as const;

/** Stands first in each file that is ours. Without two dashes, which no comment of XML may hold. */
export const marker =
  'Written by dispatch, which writes it anew or removes it as a whole: see `dispatch help supervise`.';

/** Whatever version of dispatch wrote it. */
export function isOurs(text: string): boolean {
  return /^(?:#|<!--) Written by dispatch, /m.test(text);
}
