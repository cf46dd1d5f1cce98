import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dispatchProgram } from './dispatch.ts';
import { Screen } from './screen.ts';
import { temporaryFolder } from './temporary.ts';
import { until } from './until.ts';

/** A terminal with one command in it, as a person sees it and types there. */
export interface Terminal {
  /** All that was printed so far, control sequences taken out. */
  screen(): string;
  /** Every byte that was printed so far. */
  printed(): string;
  /** The lines as they stand there now, those that were scrolled off included. */
  lines(): string[];
  cursorVisible(): boolean;
  resize(columns: number, rows: number): void;
  /** Takes nothing more until the returned function is called. */
  stall(): () => void;
  type(keys: string): void;
  /** Resolves once the screen shows it. */
  shows(what: RegExp): Promise<unknown>;
  /** The shell's status of the command. */
  ended: Promise<number | null>;
}

interface Place {
  cwd: string;
  env: Record<string, string>;
  columns?: number;
  rows?: number;
}

/**
 * Opens a pseudo-terminal with a program in it (`openTerminal` with `dispatch ARGS`), by script(1) of util-linux. What programs ask a terminal for
 * (cursor, attributes) is answered.
 */
export function openTerminalWith(command: string[], { cwd, env, columns = 120, rows = 40 }: Place): Terminal {
  const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const name = join(temporaryFolder('tty'), 'name');
  const script = `tty > '${name}'; stty cols ${columns} rows ${rows}; ${words.join(' ')}`;
  const seen = new Screen(columns, rows);
  const child = spawn('script', ['-qfec', script, '/dev/null'], {
    cwd,
    env: { TERM: 'xterm-256color', ...env, SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let printed = '';
  const decoder = new TextDecoder();
  child.stdout.on('data', (chunk: Buffer) => {
    const text = decoder.decode(chunk, { stream: true });
    printed += text;
    seen.print(text);
    for (const question of text.match(questions) ?? []) child.stdin.write(answerTo(question));
  });
  child.stdin.on('error', () => undefined);
  const screen = (): string => printed.replace(controls, '');
  return {
    screen,
    printed: () => printed,
    lines: () => seen.lines,
    cursorVisible: () => seen.cursorVisible,
    resize(width, height) {
      seen.resize(width, height);
      const tty = readFileSync(name, 'utf8').trim();
      execFileSync('stty', ['-F', tty, 'cols', `${width}`, 'rows', `${height}`]);
    },
    stall() {
      child.stdout.pause();
      return () => void child.stdout.resume();
    },
    type: (keys) => void child.stdin.write(keys),
    shows: (what) =>
      until(() => what.test(screen()), { what: `the screen shows ${String(what)}`, timeoutMs: 30_000 }),
    ended: new Promise((resolve) => child.on('exit', resolve)),
  };
}

export function openTerminal(args: string[], place: Place): Terminal {
  return openTerminalWith([process.execPath, dispatchProgram, ...args], place);
}

/** Types Ctrl-C and Ctrl-D, of which each agent takes one or two for a good-bye, until it has ended. Returns its status. */
export async function leave(terminal: Terminal): Promise<number | null> {
  let status: number | null | undefined;
  void terminal.ended.then((code) => (status = code));
  await until(
    () => {
      if (status === undefined) terminal.type('\x03\x03\x04');
      return status !== undefined;
    },
    { what: `it has left: ${terminal.screen().slice(-1000)}`, timeoutMs: 30_000, everyMs: 700 },
  );
  return status ?? null;
}

// eslint-disable-next-line no-control-regex -- that is what a terminal is asked with
const questions = /\x1b\[6n|\x1b\[c|\x1b\[\?u|\x1b\]1[01];\?/g;
// eslint-disable-next-line no-control-regex -- and drawn with
const controls = /\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b[()][0-9A-Z]|\x1b[=>78]/g;

function answerTo(question: string): string {
  if (question.endsWith('6n')) return '\x1b[1;1R';
  if (question.endsWith('[c')) return '\x1b[?62;22c';
  if (question.endsWith('?u')) return '\x1b[?0u';
  return `\x1b]${question.slice(2, 4)};rgb:0000/0000/0000\x1b\\`;
}
