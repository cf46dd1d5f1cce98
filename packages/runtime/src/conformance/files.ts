import { constants, lstatSync, readdirSync, type Stats } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import {
  errnoOf,
  isMissing,
  nameOfTemporary,
  openRegular,
  PlantedLink,
  readRegular,
  requireFolder,
} from '@dispatch/core';
import type { Departures } from './departure.ts';

/** What stands in a folder of the store. */
export interface Entry {
  name: string;
  /** Relative to the root. */
  path: string;
  kind: 'file' | 'folder';
  bytes: number;
  /** Permission bits. */
  mode: number;
}

/** `barred`: a link, or not to be read from here; that has been reported. */
export type Reading<T> = { kind: 'there'; value: T } | { kind: 'missing' } | { kind: 'barred' };

/** Reads below a root, by paths relative to it; never through a link, and never writes. */
export class StoreFiles {
  readonly root: string;
  /** Folders that have been seen to be none of a link; a task's are few, and asked again and again. */
  readonly #sound = new Set<string>();

  constructor(root: string) {
    this.root = root;
  }

  /** What stands in a folder, by name. Links are reported and left out. */
  entries(folder: string, departures: Departures): Reading<Entry[]> {
    const names = this.#guarded(folder, departures, (path) => {
      if (!lstatSync(path).isDirectory()) throw new PlantedLink(path);
      return readdirSync(path).sort();
    });
    if (names.kind !== 'there') return names;
    return {
      kind: 'there',
      value: names.value.flatMap((name) => this.entry(join(folder, name), departures) ?? []),
    };
  }

  /** Null where nothing stands there, or what is no part of a store. */
  entry(path: string, departures: Departures): Entry | null {
    const reading = this.stat(path, departures);
    if (reading.kind !== 'there') return null;
    const { value: stat } = reading;
    if (!stat.isFile() && !stat.isDirectory()) {
      reportPlanted(departures, path);
      return null;
    }
    const kind = stat.isFile() ? 'file' : 'folder';
    return { name: basename(path), path, kind, bytes: stat.size, mode: stat.mode & 0o777 };
  }

  stat(path: string, departures: Departures): Reading<Stats> {
    return this.#guarded(path, departures, (real) => lstatSync(real));
  }

  /** The whole of a file that is small by its nature. */
  read(path: string, departures: Departures): Reading<Buffer> {
    return this.#guarded(path, departures, (real) => readRegular(real));
  }

  /** A descriptor, which is the caller's to close. */
  open(path: string, departures: Departures): Reading<number> {
    return this.#guarded(path, departures, (real) => openRegular(real, constants.O_RDONLY));
  }

  /** The JSON of a record; null where it is none. */
  json(path: string, departures: Departures): Reading<unknown> {
    const bytes = this.read(path, departures);
    if (bytes.kind !== 'there') return bytes;
    try {
      return { kind: 'there', value: JSON.parse(bytes.value.toString('utf8')) };
    } catch {
      return { kind: 'there', value: null };
    }
  }

  #guarded<T>(path: string, departures: Departures, read: (path: string) => T | null): Reading<T> {
    try {
      this.#requireFolders(path);
      const value = read(join(this.root, path));
      return value === null ? { kind: 'missing' } : { kind: 'there', value };
    } catch (error) {
      if (isMissing(error)) return { kind: 'missing' };
      if (error instanceof PlantedLink) reportPlanted(departures, relative(this.root, error.path) || '.');
      else if (errnoOf(error) !== undefined)
        departures.addOnce('unreadable', path, `cannot be read from here (${errnoOf(error)})`);
      else throw error;
      return { kind: 'barred' };
    }
  }

  /** Throws PlantedLink where a folder above `path` is a link. */
  #requireFolders(path: string): void {
    const above = dirname(path);
    if (above === '.' || this.#sound.has(above)) return;
    this.#requireFolders(above);
    requireFolder(join(this.root, above));
    this.#sound.add(above);
  }
}

function reportPlanted(departures: Departures, path: string): void {
  departures.addOnce(
    'link_planted',
    path,
    'a link, or not the file or folder that has this name; nothing was read through it',
  );
}

/** Whose an entry is: what others make has the permissions that they gave it. */
export type Owner = 'dispatch' | 'others' | 'nobody';

/** Names what is nobody's, and what of dispatch's own others than its user may read or write. */
export function judgeEntries(
  entries: readonly Entry[],
  departures: Departures,
  ownerOf: (entry: Entry) => Owner,
): void {
  for (const entry of entries) {
    const owner = ownerOf(entry);
    if (owner === 'dispatch') judgeMode(entry, departures);
    if (owner !== 'nobody') continue;
    const other: Entry = { ...entry, kind: entry.kind === 'file' ? 'folder' : 'file' };
    // A folder where a file is to be, or a file where a folder is.
    if (ownerOf(other) !== 'nobody') reportPlanted(departures, entry.path);
    else departures.add('foreign_file', entry.path, 'the format knows nothing of that name here');
  }
}

export function judgeMode({ path, kind, mode }: Omit<Entry, 'name' | 'bytes'>, departures: Departures): void {
  if ((mode & 0o077) === 0) return;
  const wanted = kind === 'file' ? '0600' : '0700';
  const has = mode.toString(8).padStart(4, '0');
  departures.add(
    kind === 'file' ? 'mode_of_file' : 'mode_of_folder',
    path,
    `has the permissions ${has}; others than its user have none where it is ${wanted}`,
  );
}

/** `.NAME.NONCE` of a write that never came to its link or rename; of no name where the pattern is of all. */
export function isTemporary(name: string, of: RegExp): boolean {
  const written = nameOfTemporary(name);
  return written !== null && of.test(written);
}
