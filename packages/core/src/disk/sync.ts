import { closeSync, constants, fdatasync, fdatasyncSync, fsync, fsyncSync, openSync } from 'node:fs';
import { asStoreError } from './store-error.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

interface Open {
  fd: number;
  path: string;
  kind: 'file' | 'folder';
}

/**
 * What must last together. Synced at once, a disk with a journal writes it in one or two commits instead of one for
 * each file, and this process has its hands free meanwhile. Nothing in it may depend on other parts being durable.
 */
export class SyncBatch {
  readonly #files: Open[] = [];
  readonly #folders = new Set<string>();

  /** Takes the descriptor over: `flush` or `drop` closes it. */
  file(fd: number, path: string): void {
    this.#files.push({ fd, path, kind: 'file' });
  }

  /** A folder whose entries must last; opened at the flush, when all of them are there. */
  folder(path: string): void {
    this.#folders.add(path);
  }

  async flush(): Promise<void> {
    const all = this.#open();
    const results = await Promise.allSettled(all.map(synced));
    all.forEach(({ fd }) => closeSync(fd));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  /** The same, one after the other. */
  flushSync(): void {
    const all = this.#open();
    try {
      all.forEach(syncNow);
    } finally {
      all.forEach(({ fd }) => closeSync(fd));
    }
  }

  /** Gives up: nothing is synced. */
  drop(): void {
    this.#files.splice(0).forEach(({ fd }) => closeSync(fd));
    this.#folders.clear();
  }

  #open(): Open[] {
    const all = this.#files.splice(0);
    try {
      for (const path of this.#folders)
        all.push({ fd: openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), path, kind: 'folder' });
    } catch (error) {
      all.forEach(({ fd }) => closeSync(fd));
      throw error;
    } finally {
      this.#folders.clear();
    }
    return all;
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
