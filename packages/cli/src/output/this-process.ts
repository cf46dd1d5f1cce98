import { EnvironmentError } from '@dispatch/core';
import type { Outside } from '../context.ts';
import { isInForeground } from './foreground.ts';
import { onLeave } from './leave.ts';
import { muteKeys } from './mute-keys.ts';
import { terminalOf } from './terminal.ts';
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
      return isatty(0) && isatty(1) && isInForeground();
    },
    readStdin,
    onInterrupt(handler) {
      process.once('SIGINT', handler);
      return () => void process.off('SIGINT', handler);
    },
    onResize(handler) {
      process.stdout.on('resize', handler);
      return () => void process.stdout.off('resize', handler);
    },
    onLeave,
    muteKeys,
    async readAnswer(mark, signal) {
      const { readAnswer } = await import('../input/answer-line.ts');
      return readAnswer(mark, signal);
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
