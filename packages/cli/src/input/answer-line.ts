import type { Typed } from '../context.ts';
import { muteKeys } from '../output/mute-keys.ts';

/** What comes behind a line at once was pasted with it. */
const pasteMs = 40;
const drainMs = 50;

/** Lines as they are typed, and whether they are an answer by now. */
export class TypedLines {
  readonly #lines: string[] = [];

  /** Returns whether another line is to follow: this one ends with a backslash. */
  add(line: string): boolean {
    const goesOn = line.endsWith('\\');
    this.#lines.push(goesOn ? line.slice(0, -1) : line);
    return goesOn;
  }

  /** Whether a whole line has been typed. */
  get isBegun(): boolean {
    return this.#lines.length > 0;
  }

  get text(): string {
    return this.#lines.join('\n');
  }
}

/** What was typed before the question stood there was meant for something else. */
async function dropTypedAhead(): Promise<void> {
  const undo = muteKeys();
  await new Promise((resolve) => setTimeout(resolve, drainMs));
  undo();
}

/** Reads from the terminal, behind `mark`: one line, or several where they are pasted or each but the last ends with `\`. */
export async function readAnswer(mark: string, signal: AbortSignal): Promise<Typed> {
  const { createInterface } = await import('node:readline');
  await dropTypedAhead();
  if (signal.aborted) return { kind: 'withdrawn', begun: false };
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: mark,
    historySize: 0,
  });
  const typed = new TypedLines();
  let timer: NodeJS.Timeout | undefined;
  const result = await new Promise<Typed>((resolve) => {
    const withdraw = (): void =>
      resolve({ kind: 'withdrawn', begun: typed.text !== '' || lines.line.trim() !== '' });
    signal.addEventListener('abort', withdraw, { once: true });
    const finish = (): void => {
      // A paste whose last line waits for its Enter.
      if (lines.line === '') resolve({ kind: 'text', text: typed.text });
    };
    lines.on('line', (line) => {
      clearTimeout(timer);
      if (typed.add(line)) {
        lines.setPrompt(' '.repeat(mark.length));
        lines.prompt();
      } else timer = setTimeout(finish, pasteMs);
    });
    lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    // The end of input behind a whole line takes nothing back.
    lines.on('close', () => resolve(typed.isBegun ? { kind: 'text', text: typed.text } : { kind: 'ended' }));
    lines.prompt();
  });
  clearTimeout(timer);
  lines.close();
  return result;
}
