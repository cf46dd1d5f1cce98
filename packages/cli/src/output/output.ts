import { asStoreError, DispatchError } from '@dispatch/core';
import type { Outside, Terminal } from '../context.ts';
import { Below } from './below.ts';
import { fileLink } from './links.ts';
import { harmlessText } from '../print/harmless.ts';
import { commandsAt } from '../print/next.ts';
import { styleOf, type Style } from '../print/style.ts';

/** How people are shown things. */
export interface Page {
  width: number;
  style: Style;
  /** Milliseconds since 1970. */
  now: number;
  interactive: boolean;
  /** The text, with a link to that file or folder behind it where the terminal has links. */
  link(text: string, path: string): string;
}

/** Where a command's result goes: one JSON document on stdout, or text for people. */
export class Output {
  readonly json: boolean;
  readonly #outside: Outside;
  readonly #root: string | null;
  /** Made when it is asked for: it costs a start a millisecond. */
  #closed: AbortController | null = null;
  #isClosed = false;
  #page: Page | null = null;
  #below: Below | null = null;
  /** A document has been begun and not ended: nothing else may be written behind it. */
  #partial = false;

  /** `root` is what was typed as `--root`: commands that an error recommends keep it. */
  constructor(outside: Outside, json: boolean, root: string | null = null) {
    this.#outside = outside;
    this.#root = root;
    this.json = json;
  }

  /** Aborted when nobody reads stdout any more; commands that follow end then. */
  get closed(): AbortSignal {
    this.#closed ??= new AbortController();
    if (this.#isClosed) this.#closed.abort();
    return this.#closed.signal;
  }

  get page(): Page {
    if (this.#page === null) {
      const { width, color, interactive, links }: Terminal = this.#outside.terminal();
      const link = links ? fileLink : (text: string): string => text;
      this.#page = { width, interactive, style: styleOf(color), now: 0, link };
    }
    return { ...this.#page, now: this.#outside.now() };
  }

  /** The terminal has another size. */
  refit(): void {
    this.#page = null;
  }

  /** Lines in place below all that is written, until that is closed; `stays`: then they are left there. */
  openBelow(options: { stays: boolean }): Below {
    this.#below = new Below(this.#outside, { ...options, write: (bytes) => this.#draw(bytes) });
    return this.#below;
  }

  /** Drawn at any moment: where the terminal is gone, nobody reads any more. */
  #draw(bytes: string): void {
    try {
      if (bytes !== '') this.raw(bytes);
    } catch {
      this.#close();
    }
  }

  #close(): void {
    this.#isClosed = true;
    this.#closed?.abort();
  }

  /** The one result of a command. `text` is asked for people only. */
  result(data: unknown, text: (page: Page) => readonly string[]): void {
    if (this.json) this.#line({ ok: true, data });
    else this.text(text);
  }

  /** One of many values of a command that follows; its last line is a `result`. */
  item(value: unknown, text: (page: Page) => readonly string[]): void {
    if (this.json) this.#line(value);
    else this.text(text);
  }

  /** A result whose one field is a list that may not fit into memory; `rest` is asked for once it has ended. */
  async list<T>(
    head: Record<string, unknown>,
    field: string,
    items: AsyncIterable<T> | Iterable<T>,
    rest: () => Record<string, unknown>,
  ): Promise<void> {
    this.raw(`{"ok":true,"data":{${inner(head)},${JSON.stringify(field)}:[`);
    this.#partial = true;
    let separator = '';
    for await (const item of items) {
      this.raw(`${separator}${JSON.stringify(item)}`);
      if (this.#isClosed) return;
      separator = ',\n';
    }
    this.raw(`],${inner(rest())}}}\n`);
    this.#partial = false;
  }

  /** For people only. */
  text(text: (page: Page) => readonly string[]): void {
    if (this.json) return;
    const lines = text(this.page);
    if (lines.length === 0) return;
    const bytes = `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
    this.raw(this.#below?.around(bytes) ?? bytes);
  }

  /** Bytes as they are. */
  raw(bytes: string | Uint8Array): void {
    if (!this.#isClosed && !this.#outside.write(1, bytes)) this.#close();
  }

  /** Beside the result: for people, on stderr. */
  aside(line: string): void {
    if (!this.json) this.#outside.write(2, `${harmlessText(line)}\n`);
  }

  /** Shows an error and returns the exit status that it stands for. */
  failure(error: unknown): number {
    const shown = shownError(error);
    if (shown.stack !== null && this.#outside.environment['DISPATCH_DEBUG'] === '1')
      this.#outside.write(2, `${shown.stack}\n`);
    const { code, message } = shown;
    const hint = shown.hint === null ? null : commandsAt(this.#root, shown.hint);
    if (this.json && !this.#partial) this.#line({ ok: false, error: { code, message, hint } });
    else
      this.#outside.write(2, `${harmlessText(`dispatch: ${message}${hint === null ? '' : `\n${hint}`}`)}\n`);
    return shown.exitStatus;
  }

  #line(value: unknown): void {
    this.raw(`${JSON.stringify(value)}\n`);
  }
}

/** An object as JSON without its braces. */
function inner(fields: Record<string, unknown>): string {
  return JSON.stringify(fields).slice(1, -1);
}

function shownError(error: unknown): {
  code: string;
  message: string;
  hint: string | null;
  exitStatus: number;
  stack: string | null;
} {
  const known = asKnown(error);
  if (known instanceof DispatchError) {
    const { code, message, hint, exitStatus } = known;
    return { code, message, hint, exitStatus, stack: known.stack ?? null };
  }
  return {
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is a bug of dispatch; DISPATCH_DEBUG=1 shows where it happened.',
    exitStatus: 1,
    stack: error instanceof Error ? (error.stack ?? null) : null,
  };
}

/** A disk that is full or may not be written can meet any call that writes; it is never our bug. */
function asKnown(error: unknown): unknown {
  const { code, path } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const ofTheDisk = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS';
  return ofTheDisk ? asStoreError(error, path ?? 'a file of the store') : error;
}
