import { linkSync, lutimesSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf, isMissing, readRegular, requireFolder } from '../disk/open.ts';
import { createFile, unlinkQuietly } from '../disk/write.ts';
import { newNonce } from '../disk/nonce.ts';
import { readNames } from '../store/store.ts';

/** One link of a chain: whoever linked the highest number owns. */
export interface Link {
  epoch: number;
  /** Parsed JSON, unchecked; null where it cannot be read. */
  content: unknown;
  path: string;
}

const kept = 16;

function epochs(folder: string): number[] {
  return readNames(folder)
    .filter((name) => /^(0|[1-9]\d{0,14})$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** The highest link, or null where nobody ever linked one. */
export function highestLink(folder: string): Link | null {
  for (;;) {
    const epoch = epochs(folder).at(-1);
    if (epoch === undefined) return null;
    const path = join(folder, String(epoch));
    const bytes = readRegular(path);
    if (bytes === null) continue;
    let content: unknown;
    try {
      content = JSON.parse(bytes.toString('utf8'));
    } catch {
      content = null;
    }
    return { epoch, content, path };
  }
}

/**
 * Links `epoch` with this content; false where somebody did before, or has gone on to a higher one. Whether the holder
 * of the link before may be followed is for the caller to have proved.
 */
export function takeLink(folder: string, epoch: number, content: unknown): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  requireFolder(dirname(folder));
  requireFolder(folder);
  const temporary = join(dirname(folder), `.lease.${newNonce()}`);
  // Durable: an empty link after a power cut would prove nothing about its holder.
  createFile(temporary, `${JSON.stringify(content)}\n`, 'durable');
  try {
    linkSync(temporary, join(folder, String(epoch)));
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkQuietly(temporary);
  }
  const highest = epochs(folder).at(-1) ?? epoch;
  if (highest !== epoch) return false;
  for (const old of epochs(folder)) if (old <= epoch - kept) unlinkQuietly(join(folder, String(old)));
  return true;
}

/** Whether `epoch` is still the highest. */
export function holdsLink(folder: string, epoch: number): boolean {
  return epochs(folder).at(-1) === epoch;
}

/** Shows others that its holder still looks: sets the time of the link. */
export function touchLink(link: { path: string }, now: Date): void {
  try {
    lutimesSync(link.path, now, now);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
