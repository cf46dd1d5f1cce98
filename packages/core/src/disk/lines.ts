import { closeSync, constants, fdatasyncSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { openRegular, readRegular } from './open.ts';
import { ensureFolders, fsyncFolder, writeWhole } from './write.ts';

/** The lines of a file that are not empty; none where it is not there. */
export function readLines(path: string): string[] {
  const text = readRegular(path)?.toString('utf8') ?? '';
  return text.split('\n').filter((line) => line !== '');
}

/** Adds a line to a file, which is made where it is missing; durable before this returns. Throws PlantedLink. */
export function appendLine(path: string, line: string): void {
  ensureFolders(dirname(path));
  const fd = openRegular(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT);
  try {
    // What a crash left of a line before must not become a part of this one.
    writeWhole(fd, Buffer.from(`\n${line}\n`), path);
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
  // The folder itself may be a link of the user's.
  fsyncFolder(realpathSync(dirname(path)));
}
