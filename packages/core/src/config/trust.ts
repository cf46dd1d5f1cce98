import { closeSync, constants, fdatasyncSync } from 'node:fs';
import { dirname } from 'node:path';
import { openRegular, readRegular } from '../disk/open.ts';
import { ensureFolders, fsyncFolder, replaceFile, writeWhole } from '../disk/write.ts';

/** A config of a root in one state of its text. */
export interface TrustedText {
  /** Real path of the file. */
  path: string;
  sha256: string;
}

const lineOf = ({ path, sha256 }: TrustedText): string => `${sha256} ${path}`;

const linesOf = (file: string): string[] =>
  (readRegular(file)?.toString('utf8') ?? '').split('\n').filter((line) => line !== '');

/** Whether the user has accepted this very text at this very place; `file` is the list of the user's home. */
export function isTrusted(file: string, text: TrustedText): boolean {
  return linesOf(file).includes(lineOf(text));
}

/** Durable before this returns. Throws PlantedLink, and what writing throws. */
export function recordTrust(file: string, text: TrustedText): void {
  if (isTrusted(file, text)) return;
  ensureFolders(dirname(file));
  const fd = openRegular(file, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT);
  try {
    // What a crash left of a line before must not become a part of this one.
    writeWhole(fd, Buffer.from(`\n${lineOf(text)}\n`), file);
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
  fsyncFolder(dirname(file));
}

/** Forgets every text of that path. Returns whether there was one. */
export function revokeTrust(file: string, path: string): boolean {
  const lines = linesOf(file);
  const left = lines.filter((line) => !line.endsWith(` ${path}`));
  if (left.length === lines.length) return false;
  replaceFile(file, left.map((line) => `${line}\n`).join(''), 'durable');
  return true;
}
