import { writeSync } from 'node:fs';
import { asStoreError } from '../disk/store-error.ts';
import { StoreError } from '../errors.ts';

/** One write(2). After a short count or an error nothing is continued: whether the line counts is read back. */
export function writeOnce(fd: number, bytes: Buffer, eventsFile: string): void {
  let written: number;
  try {
    written = writeSync(fd, bytes);
  } catch (error) {
    throw asStoreError(error, eventsFile);
  }
  if (written !== bytes.length)
    throw new StoreError(
      'disk_full',
      `${eventsFile} took ${written} of ${bytes.length} bytes; the event does not count`,
      'free some space and try again',
    );
}
