import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Outside } from '../context.ts';
import { main } from '../main.ts';
import { Output, type Page } from '../output/output.ts';
import { beginningOf } from './cut.ts';
import type { Served } from './served.ts';

/** What a command has answered. */
export interface Answer {
  envelope:
    | { ok: true; data: unknown }
    | { ok: false; error: { code: string; message: string; hint: string | null } };
  /** What people would have been shown; null where that is only told piece by piece. */
  shown: string | null;
}

/** Carries out a command in this process, as if it had been typed with `--json`; an abort is its Ctrl-C. */
export async function callCommand(
  argvOf: () => readonly string[],
  { outside, root, signal }: Served & { signal: AbortSignal },
): Promise<Answer> {
  const printed: Buffer[] = [];
  let shown: string | null = null;
  const around = aroundCall(outside, signal, printed);
  class CallOutput extends Output {
    override result(data: unknown, text: (page: Page) => readonly string[]): void {
      shown = text(this.page).join('\n').trim();
      super.result(data, text);
    }
  }
  try {
    const before = root === null ? [] : ['--root', root];
    await main([...before, '--json', ...argvOf()], around, CallOutput);
  } catch (error) {
    // Only by what could not even be typed.
    new CallOutput(around, true, root).failure(error);
  }
  return { envelope: JSON.parse(Buffer.concat(printed).toString('utf8')) as Answer['envelope'], shown };
}

function aroundCall(outside: Outside, signal: AbortSignal, printed: Buffer[]): Outside {
  return {
    ...outside,
    write(fd, bytes) {
      if (fd === 2) return outside.write(fd, bytes);
      printed.push(Buffer.from(bytes));
      return true;
    },
    terminal: () => ({
      ...{ interactive: false, color: false, moves: false, links: false },
      ...{ width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY },
    }),
    atTerminal: () => false,
    // Stdin is the client's: whoever writes `-` for a text is told that it is empty.
    readStdin: () => Promise.resolve(Buffer.alloc(0)),
    onInterrupt(handler) {
      if (signal.aborted) handler();
      signal.addEventListener('abort', handler, { once: true });
      return () => signal.removeEventListener('abort', handler);
    },
  };
}

/** The text beside is for people, and short of what a model is told. */
const longestText = 30_000;

/** The answer as a tool gives it: an error with its code, message and hint, or `data` as an object. */
export function toolResult(
  { envelope, shown }: Answer,
  objectOf: (data: unknown) => Record<string, unknown>,
): CallToolResult {
  if (!envelope.ok)
    return { isError: true, content: [{ type: 'text', text: JSON.stringify(envelope.error, null, 2) }] };
  const structuredContent = objectOf(envelope.data);
  const text = beginningOf(shown ?? JSON.stringify(structuredContent), longestText);
  return { content: [{ type: 'text', text }], structuredContent };
}
