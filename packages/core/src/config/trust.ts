import { appendLine, readLines } from '../disk/lines.ts';
import { replaceFile } from '../disk/write.ts';

/** A config of a root in one state of its text. */
export interface TrustedText {
  /** Real path of the file. */
  path: string;
  sha256: string;
}

const lineOf = ({ path, sha256 }: TrustedText): string => `${sha256} ${path}`;

/** Whether the user has accepted this very text at this very place; `file` is the list of the user's home. */
export function isTrusted(file: string, text: TrustedText): boolean {
  return readLines(file).includes(lineOf(text));
}

/** Durable before this returns. Throws PlantedLink, and what writing throws. */
export function recordTrust(file: string, text: TrustedText): void {
  if (!isTrusted(file, text)) appendLine(file, lineOf(text));
}

/** Forgets every text of that path. Returns whether there was one. */
export function revokeTrust(file: string, path: string): boolean {
  const lines = readLines(file);
  const left = lines.filter((line) => !line.endsWith(` ${path}`));
  if (left.length === lines.length) return false;
  replaceFile(file, left.map((line) => `${line}\n`).join(''), 'durable');
  return true;
}
