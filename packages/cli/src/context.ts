import type { AskCommand } from '@dispatch/core';
import type { Sandbox } from '@dispatch/runtime';
import type { BaseContext } from './arguments/clipanion.ts';
import type { Output } from './output/output.ts';

/** What a terminal can show; a pipe or a file has no width. */
export interface Terminal {
  interactive: boolean;
  /** In columns; infinite where nothing limits a line. */
  width: number;
  /** In lines; infinite likewise. */
  height: number;
  color: boolean;
  /** Whether lines may be drawn in place. */
  moves: boolean;
  /** Whether a path may be a hyperlink. */
  links: boolean;
}

/** The process around the program, handed in so that a test can stand in for it. */
export interface Outside {
  environment: Readonly<Record<string, string | undefined>>;
  /** Absolute paths of node and of the program, for the worker's `ask` and the supervisor's start. */
  program: AskCommand;
  /** Set where whoever acts is a worker that no sandbox holds here. */
  confined?: Sandbox | null;
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
  /** Calls back when the terminal has another size; undone likewise. */
  onResize(handler: () => void): () => void;
  /** Calls `leave` before the process ends or is stopped, however that comes about, and `back` when it goes on. */
  onLeave(leave: () => void, back: () => void): () => void;
  /** What is typed is neither shown nor kept, until that is undone; keys that send signals still do. */
  muteKeys(): () => void;
  /**
   * What is typed at the terminal from now on up to Enter, with the line's own keys; `ended` by Ctrl-D. Ctrl-C is a signal as
   * ever. Ends without a text when `signal` is aborted.
   */
  readAnswer(mark: string, signal: AbortSignal): Promise<Typed>;
}

/** `withdrawn`: the signal came first; `begun` says whether something had been typed by then. */
export type Typed =
  { kind: 'text'; text: string } | { kind: 'ended' } | { kind: 'withdrawn'; begun: boolean };

/** What a command is handed. */
export interface Context extends BaseContext {
  outside: Outside;
  output: Output;
  /** Read when it is asked for: it may be a folder that is gone, and not every command needs it. */
  readonly cwd: string;
  root: string | null;
  json: boolean;
}

/** Streams are only there because clipanion's types ask for them: nothing is opened before it is used. */
export function contextOf(parts: Omit<Context, keyof BaseContext | 'cwd'>): Context {
  return {
    ...parts,
    get cwd() {
      return parts.outside.cwd();
    },
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
