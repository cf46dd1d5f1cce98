import type { Outside } from '../context.ts';
import { main } from '../main.ts';

/** What a command says with `--json`. */
export type Envelope =
  { ok: true; data: unknown } | { ok: false; error: { code: string; message: string; hint: string | null } };

/** Carries out a command in this process, as if it had been typed with `--json`; Ctrl-C is when `signal` is aborted. */
export async function callCommand(
  argv: readonly string[],
  outside: Outside,
  signal: AbortSignal,
): Promise<Envelope> {
  const printed: Buffer[] = [];
  await main(argv, {
    ...outside,
    write(fd, bytes) {
      if (fd === 1) printed.push(Buffer.from(bytes));
      return fd === 1 || outside.write(fd, bytes);
    },
    terminal: () => ({
      ...{ interactive: false, color: false, moves: false, links: false },
      ...{ width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY },
    }),
    atTerminal: () => false,
    // Stdin is the client's: whoever writes - is told that it is empty.
    readStdin: () => Promise.resolve(Buffer.alloc(0)),
    onInterrupt(handler) {
      signal.addEventListener('abort', handler, { once: true });
      return () => signal.removeEventListener('abort', handler);
    },
  });
  return JSON.parse(Buffer.concat(printed).toString('utf8')) as Envelope;
}
