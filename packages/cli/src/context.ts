import type { AskCommand } from '@dispatch/core';
import type { BaseContext } from './arguments/clipanion.ts';
import type { Output } from './output/output.ts';

/** What a terminal can show; a pipe or a file has no width. */
export interface Terminal {
  interactive: boolean;
  /** In columns; infinite where nothing limits a line. */
  width: number;
  color: boolean;
}

/** The process around the program, handed in so that a test can stand in for it. */
export interface Outside {
  environment: Readonly<Record<string, string | undefined>>;
  /** Absolute paths of node and of the program, for the worker's `ask` and the supervisor's start. */
  program: AskCommand;
  cwd(): string;
  now(): number;
  /** Writes all of it; false where nobody reads any more. */
  write(fd: 1 | 2, bytes: string | Uint8Array): boolean;
  terminal(): Terminal;
  /** Whether somebody can type here and see what comes of it. */
  atTerminal(): boolean;
  /** All of stdin, at most `maxBytes` and one more. */
  readStdin(maxBytes: number): Promise<Buffer>;
  /** Calls back on the first Ctrl-C instead of ending the process; the returned function undoes that. */
  onInterrupt(handler: () => void): () => void;
}

/** What a command is handed. */
export interface Context extends BaseContext {
  outside: Outside;
  output: Output;
  cwd: string;
  root: string | null;
  json: boolean;
}

/** Streams are only there because clipanion's types ask for them: nothing is opened before it is used. */
export function contextOf(parts: Omit<Context, keyof BaseContext>): Context {
  return {
    ...parts,
    env: { ...parts.outside.environment },
    colorDepth: 1,
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
  };
}
