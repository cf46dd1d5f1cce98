import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary.ts';
import { until } from './until.ts';

/** A program in a real terminal (tmux), as a person sees it and types there. */
export interface Pane {
  /** What stands on the screen now, without colours. */
  screen(): string;
  type(text: string): void;
  /** Names of keys as tmux has them: `Enter`, `Escape`, `Tab`, `C-c`. */
  press(...keys: string[]): void;
  /** Resolves with the screen once it shows it. */
  shows(what: RegExp): Promise<string>;
  /** Resolves once it does not any more. */
  showsNot(what: RegExp): Promise<unknown>;
  /** Process id of the program. */
  pid: number;
  close(): void;
}

/** Why there can be no tmux here; null where there can. */
export function noTmux(): string | null {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'tmux is not installed';
  }
}

/** Runs a command in a tmux of its own, which ends with it. */
export function openPane(
  command: string[],
  {
    cwd,
    env,
    columns = 110,
    rows = 40,
  }: { cwd: string; env: Record<string, string>; columns?: number; rows?: number },
): Pane {
  const folder = temporaryFolder('tmux');
  const [socket, settings] = [join(folder, 'socket'), join(folder, 'tmux.conf')];
  // pi shows a warning without it.
  writeFileSync(settings, 'set -s extended-keys on\n');
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-S', socket, '-f', settings, ...args], { cwd, env, encoding: 'utf8' });
  tmux('new-session', '-d', '-s', 'it', '-x', `${columns}`, '-y', `${rows}`, ...command);
  const screen = (): string => {
    const lines = tmux('capture-pane', '-p', '-t', 'it').split('\n');
    return lines.map((line) => line.trimEnd()).join('\n');
  };
  const waitFor = async (is: (text: string) => boolean, what: string): Promise<string> => {
    let last = '';
    try {
      await until(() => is((last = screen())), { what, timeoutMs: 30_000 });
    } catch (error) {
      throw new Error(`${String(error)}; the screen:\n${last}`, { cause: error });
    }
    return last;
  };
  return {
    screen,
    type: (text) => void tmux('send-keys', '-t', 'it', '-l', text),
    press: (...keys) => void tmux('send-keys', '-t', 'it', ...keys),
    shows: (what) => waitFor((text) => what.test(text), `the screen shows ${String(what)}`),
    showsNot: (what) => waitFor((text) => !what.test(text), `the screen shows ${String(what)} no more`),
    pid: Number(tmux('display-message', '-p', '-t', 'it', '#{pane_pid}')),
    close: () => {
      try {
        tmux('kill-server');
      } catch {
        // It has ended with its program.
      }
    },
  };
}
