import { closeSync, constants, fdatasync, fdatasyncSync, fsync, fsyncSync, openSync } from 'node:fs';
import { asStoreError } from './store-error.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

/** What shows a file once its bytes are safe, and what takes its traces away where they never will be. */
export interface Placement {
  place(): void;
  giveUp(): void;
}

interface Open {
  fd: number;
  path: string;
  kind: 'file' | 'folder';
}

/**
 * What must last together. Synced at once, a disk with a journal writes it in one or two commits instead of one for
 * each file, and this process has its hands free meanwhile. Files go first, then what is to be done once their bytes
 * are safe, then folders; beyond that nothing in it may depend on other parts being durable.
 */
export class SyncBatch {
  readonly #files: Open[] = [];
  readonly #folders = new Set<string>();
  readonly #placements: Placement[] = [];

  /** Takes the descriptor over: `flush` or `drop` closes it. */
  file(fd: number, path: string): void {
    this.#files.push({ fd, path, kind: 'file' });
  }

  /** A folder whose entries must last; opened at the flush, when all of them are there. */
  folder(path: string): void {
    this.#folders.add(path);
  }

  /** Done when every file is durable, and before the folders are synced: shows a file that must never be seen torn. */
  afterFiles(placement: Placement): void {
    this.#placements.push(placement);
  }

  /** Throws what the first of them threw; what was to be shown afterwards is given up then. */
  async flush(): Promise<void> {
    try {
      await syncAll(this.#files.splice(0));
      this.#place();
      await syncAll(this.#openFolders());
    } finally {
      this.drop();
    }
  }

  /** The same, one after the other. */
  flushSync(): void {
    try {
      syncAllNow(this.#files.splice(0));
      this.#place();
      syncAllNow(this.#openFolders());
    } finally {
      this.drop();
    }
  }

  /** Gives up: nothing is synced, nothing placed. */
  drop(): void {
    this.#files.splice(0).forEach(({ fd }) => closeSync(fd));
    this.#placements.splice(0).forEach(({ giveUp }) => giveUp());
    this.#folders.clear();
  }

  #place(): void {
    for (const { place } of this.#placements.splice(0)) place();
  }

  #openFolders(): Open[] {
    const opened: Open[] = [];
    try {
      for (const path of this.#folders)
        opened.push({ fd: openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), path, kind: 'folder' });
      return opened;
    } catch (error) {
      opened.forEach(({ fd }) => closeSync(fd));
      throw error;
    } finally {
      this.#folders.clear();
    }
  }
}

async function syncAll(all: readonly Open[]): Promise<void> {
  const results = await Promise.allSettled(all.map(synced));
  all.forEach(({ fd }) => closeSync(fd));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function syncAllNow(all: readonly Open[]): void {
  try {
    all.forEach(syncNow);
  } finally {
    all.forEach(({ fd }) => closeSync(fd));
  }
}

function syncNow({ fd, path, kind }: Open): void {
  try {
    if (kind === 'file') fdatasyncSync(fd);
    else fsyncSync(fd);
  } catch (error) {
    throw asStoreError(error, path);
  }
}

function synced({ fd, path, kind }: Open): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null): void => {
      if (error === null) resolve();
      else reject(asStoreError(error, path) as Error);
    };
    if (kind === 'file') fdatasync(fd, done);
    else fsync(fd, done);
  });
}
