import { writeSync } from 'node:fs';
import { EnvironmentError, pause } from '@dispatch/core';

/**
 * Writes all of it, waiting for a reader that is slower than we are. Returns false where nobody reads any more.
 * Throws EnvironmentError `output_failed`.
 */
export function writeFully(fd: number, content: string | Uint8Array): boolean {
  let bytes = typeof content === 'string' ? Buffer.from(content) : content;
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      // A pipe that somebody else has set to non-blocking and that is full.
      if (code === 'EAGAIN') pause(5);
      else if (code === 'EPIPE' || code === 'EBADF') return false;
      else
        throw new EnvironmentError(
          'output_failed',
          `the output cannot be written (${code ?? String(error)})`,
          'look at where it is sent to',
          { cause: error },
        );
    }
  }
  return true;
}
