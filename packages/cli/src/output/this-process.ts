import { fstatSync } from 'node:fs';
import { EnvironmentError } from '@dispatch/core';
import type { Outside, Terminal } from '../context.ts';
import { writeFully } from './write.ts';

/** The real surroundings. `program` is the absolute path of what was started. */
export function thisProcess(program: string): Outside {
  return {
    environment: process.env,
    program: { node: process.execPath, program },
    cwd: workingFolder,
    now: () => Date.now(),
    write: writeFully,
    terminal: terminalOf,
    atTerminal() {
      const { isatty } = process.getBuiltinModule('node:tty');
      return isatty(0) && isatty(1);
    },
    readStdin,
    onInterrupt(handler) {
      process.once('SIGINT', handler);
      return () => void process.off('SIGINT', handler);
    },
  };
}

function workingFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new EnvironmentError(
      'cwd_missing',
      'the working folder does not exist any more',
      'change to one that does',
      {
        cause: error,
      },
    );
  }
}

function terminalOf(): Terminal {
  const interactive = isCharacterDevice() && process.stdout.isTTY === true;
  const width = interactive ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY;
  return { interactive, width, color: wantsColor(process.env, interactive) };
}

/** Asked first, because the first use of `process.stdout` costs 2 ms. */
function isCharacterDevice(): boolean {
  try {
    return fstatSync(1).isCharacterDevice();
  } catch {
    return false;
  }
}

/** FORCE_COLOR goes before NO_COLOR, as in node itself. */
export function wantsColor(env: Readonly<Record<string, string | undefined>>, interactive: boolean): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR']) return false;
  return interactive && env['TERM'] !== 'dumb';
}

async function readStdin(maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes + 1);
}
