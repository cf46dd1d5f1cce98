import {
  chmodSync,
  chownSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  createFile,
  EnvironmentError,
  errnoOf,
  fsyncFolder,
  isMissing,
  newNonce,
  unlinkQuietly,
  UsageError,
} from '@dispatch/core';

/** Text of a file of the host's, through links, or null where there is none. Throws `host_config_invalid`, `host_unreachable`. */
export function readHostFile(path: string): string | null {
  return reaching(path, () => {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
    } catch (error) {
      if (isMissing(error) && isFree(path)) return null;
      if (errnoOf(error) !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
      throw new UsageError(
        'host_config_invalid',
        `${path} is not UTF-8; nothing was written`,
        'Mend it, then type the same again.',
      );
    }
  });
}

/**
 * Puts a text in the place of what was read there (null: nothing), whole, with the mode and the owner of the file. A link
 * of the user's stays, what it leads to is replaced. False where something else stands there by now.
 */
export function replaceHostFile(path: string, before: string | null, text: string): boolean {
  return reaching(path, () => {
    const place = before === null ? path : realpathSync(path);
    const temporary = join(dirname(place), `.${basename(place)}.dispatch-${process.pid}-${newNonce()}`);
    createFile(temporary, text, 'durable');
    try {
      if (before !== null) {
        const { mode, uid, gid } = statSync(place);
        const made = statSync(temporary);
        if (uid !== made.uid || gid !== made.gid) chownSync(temporary, uid, gid);
        chmodSync(temporary, mode & 0o7777);
      }
      if (readHostFile(path) !== before) return false;
      renameSync(temporary, place);
    } finally {
      unlinkQuietly(temporary);
    }
    fsyncFolder(realpathSync(dirname(place)));
    return true;
  });
}

/** Removes what was read there. False where something else stands there by now. */
export function removeHostFile(path: string, before: string): boolean {
  return reaching(path, () => {
    if (isLink(path) || readHostFile(path) !== before) return false;
    unlinkQuietly(path);
    return true;
  });
}

/** Where nothing is in it. */
export function removeEmptyFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Not empty, gone, or not ours to remove.
  }
}

/** What an earlier run that was cut off has left beside these files; not what one that runs is about to put there. */
export function removeTemporaries(paths: readonly string[]): void {
  for (const path of paths)
    reaching(path, () => {
      const place = realOf(path);
      const lead = `.${basename(place)}.dispatch-`;
      for (const name of namesIn(dirname(place))) {
        const maker = name.startsWith(lead) ? /^(\d+)-[0-9a-z]+$/.exec(name.slice(lead.length)) : null;
        if (maker !== null && !isRunning(Number(maker[1]))) unlinkQuietly(join(dirname(place), name));
      }
    });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}

/** Whether the name itself is one. */
export function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** Whether nothing at all stands there, no link that leads nowhere either. */
function isFree(path: string): boolean {
  try {
    lstatSync(path);
    return false;
  } catch (error) {
    if (isMissing(error)) return true;
    throw error;
  }
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Throws EnvironmentError `host_unreachable` in the place of errors of the file system. */
export function reaching<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = errnoOf(error) ?? '';
    if (!/^E[A-Z]+$/.test(code) && code !== 'not_writable') throw error;
    throw new EnvironmentError(
      'host_unreachable',
      `${path} cannot be read or written: ${error instanceof Error ? error.message : code}`,
      'Mend that, then type the same again: it goes on where it was.',
      { cause: error },
    );
  }
}
