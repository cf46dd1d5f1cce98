import { closeSync, constants, fstatSync, readSync } from 'node:fs';
import { isMissing, openRegular, type Attempt } from '@dispatch/core';
import {
  emptySummary,
  summarise,
  type Backend,
  type TranscriptParser,
  type TurnSummary,
} from '@dispatch/backends';

const chunkBytes = 256 * 1024;
/** One for all logs: reading is synchronous, and parsers keep nothing of it. */
let chunk: Buffer | null = null;

/** One attempt's log, read as it grows; the log file itself is never touched. */
export class LogReader {
  readonly #path: string;
  readonly #parser: TranscriptParser;
  #offset = 0;
  #ended = false;
  summary: TurnSummary = emptySummary();

  constructor(path: string, backend: Backend) {
    this.#path = path;
    this.#parser = backend.createParser({ interest: 'signals', position: 0 });
  }

  /** Bytes that have been read. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * Reads at most `limit` bytes of what is new. Returns whether there was anything. Throws PlantedLink.
   */
  read(limit: number = Number.POSITIVE_INFINITY): boolean {
    let fd: number;
    try {
      fd = openRegular(this.#path, constants.O_RDONLY);
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
    const from = this.#offset;
    chunk ??= Buffer.allocUnsafeSlow(chunkBytes);
    try {
      while (this.#offset - from < limit) {
        const count = readSync(fd, chunk, 0, chunkBytes, this.#offset);
        if (count === 0) break;
        this.#offset += count;
        for (const event of this.#parser.push(chunk.subarray(0, count)))
          this.summary = summarise(this.summary, event);
      }
    } finally {
      closeSync(fd);
    }
    return this.#offset > from;
  }

  /** The writer has ended: an unterminated last line is read as one. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.read();
    for (const event of this.#parser.end()) this.summary = summarise(this.summary, event);
  }
}

/** Size and time of the last change. */
export interface Growth {
  bytes: number;
  mtimeMs: number;
}

/** Null where the log is not there. */
export function logGrowth(path: string): Growth | null {
  try {
    const fd = openRegular(path, constants.O_RDONLY);
    try {
      const stat = fstatSync(fd);
      return { bytes: stat.size, mtimeMs: stat.mtimeMs };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Of all that an attempt prints: many a command tells on stderr how it gets on, and on stdout only what came of it. */
export function outputGrowth({ stdout_path, stderr_path }: Attempt): Growth | null {
  const logs = [logGrowth(stdout_path), logGrowth(stderr_path)].filter((log) => log !== null);
  if (logs.length === 0) return null;
  return {
    bytes: logs.reduce((sum, { bytes }) => sum + bytes, 0),
    mtimeMs: Math.max(...logs.map(({ mtimeMs }) => mtimeMs)),
  };
}

/** The end of a log as text, at most `limit` bytes of it; empty where there is none. */
export function readTail(path: string, limit: number): string {
  let fd: number;
  try {
    fd = openRegular(path, constants.O_RDONLY);
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, limit));
    const count = readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8', 0, count);
  } finally {
    closeSync(fd);
  }
}
