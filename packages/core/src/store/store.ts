import { existsSync, lstatSync, readdirSync, realpathSync, statSync, statfsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { NotFoundError, StoreError } from '../errors.ts';
import { checkFormatFile } from '../records/checks.generated.ts';
import type { FormatFile, RootRef } from '../records/index.ts';
import { errnoOf, isMissing, readRegular, requireFolder } from '../disk/open.ts';
import { asStoreError } from '../disk/store-error.ts';
import {
  createFile,
  ensureFolder,
  fsyncFolder,
  linkWhole,
  syncFolder,
  type Durability,
} from '../disk/write.ts';
import { systemClock, type Clock } from '../journal/clock.ts';
import { Journal } from '../journal/journal.ts';
import { isTaskId } from '../ids/index.ts';
import { layoutOf, type StoreLayout } from './layout.ts';

/** The only format of a store there is so far. */
export const storeFormat = 1;

/** Magic numbers of statfs(2) of file systems on which O_APPEND is not atomic between machines. */
const networkFileSystems = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9p'],
  [0x5346414f, 'AFS'],
  [0x47504653, 'GPFS'],
]);

/** One root: a folder with `format.json`. */
export class Store {
  readonly layout: StoreLayout;
  readonly ref: RootRef;
  readonly clock: Clock;

  constructor(realRoot: string, clock: Clock = systemClock) {
    this.layout = layoutOf(realRoot);
    this.ref = rootRefOf(realRoot);
    this.clock = clock;
  }

  get root(): string {
    return this.layout.root;
  }

  taskDir(id: string): string {
    return `${this.layout.tasks}/${id}`;
  }

  /** Every task id that has a folder, oldest first. */
  taskIds(): string[] {
    return readNames(this.layout.tasks).filter(isTaskId).sort();
  }

  hasTask(id: string): boolean {
    try {
      return lstatSync(this.taskDir(id)).isDirectory();
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** The journal of a task whose folders have been checked to be no links. */
  journal(id: string): Journal {
    const folder = this.taskDir(id);
    try {
      requireFolder(this.layout.tasks);
      requireFolder(folder);
      for (const name of ['mailbox', 'outputs', 'messages']) requireFolder(`${folder}/${name}`);
    } catch (error) {
      if (isMissing(error)) {
        if (!this.hasTask(id)) throw taskNotFound(id, this.root);
        throw new StoreError(
          'folder_missing',
          `a folder of task ${id} is missing below ${folder}`,
          'run `dispatch doctor`',
          {
            cause: error,
          },
        );
      }
      throw error;
    }
    return this.journalOfChecked(id);
  }

  /** The same for who has just looked at the folders. */
  journalOfChecked(id: string): Journal {
    return new Journal(this.taskDir(id), this.clock);
  }
}

export function taskNotFound(wanted: string, root: string): NotFoundError {
  return new NotFoundError(
    'task_not_found',
    `no task ${wanted} in ${root}`,
    'run `dispatch list` to see the tasks',
  );
}

export function rootRefOf(realRoot: string): RootRef {
  const stat = statSync(realRoot, { bigint: true });
  return { path: realRoot, dev: String(stat.dev), ino: String(stat.ino) };
}

/**
 * Whether two references name the same folder. The device is recorded but not compared: many file systems
 * get another number with each mount, and a copy at the same path has another inode.
 */
export function sameRoot(a: RootRef, b: RootRef): boolean {
  return a.path === b.path && a.ino === b.ino;
}

/** File names in a folder; none where there is no such folder. */
export function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

export interface RootWish {
  root: string | null;
  environment: Readonly<Record<string, string | undefined>>;
  cwd: string;
}

/** The path that was asked for: `--root`, `DISPATCH_ROOT`, or `.dispatch` in the working folder. */
export function wantedRoot(wish: RootWish): string {
  return resolve(wish.cwd, wish.root ?? (wish.environment['DISPATCH_ROOT'] || '.dispatch'));
}

/**
 * Opens a store that exists. Throws NotFoundError `no_store` that names the nearest store, StoreError
 * `root_not_a_folder`, `format_*`.
 */
export function openStore(wish: RootWish, clock: Clock = systemClock): Store {
  const root = wantedRoot(wish);
  const found = readFormat(root);
  if (found === null) {
    if (existsSync(root)) requireRootFolder(root);
    const nearest = nearestStore(root);
    throw new NotFoundError(
      'no_store',
      `there is no store at ${root}`,
      nearest === null
        ? 'start one with `dispatch run` or `dispatch init`'
        : `the nearest store is ${nearest}: use --root ${nearest}`,
    );
  }
  return new Store(realpathSync(root), clock);
}

/** Opens the store, or makes it: root and its parent synced, a new one's always at once. Throws StoreError `network_file_system` unless forced. */
export function initStore(
  wish: RootWish,
  { force, durability = 'durable' }: { force: boolean; durability?: Durability },
  clock: Clock = systemClock,
): { store: Store; created: boolean } {
  const root = wantedRoot(wish);
  if (readFormat(root) !== null) {
    const real = realpathSync(root);
    // Whoever made it may have died before its own sync.
    syncFolder(real, durability);
    syncFolder(dirname(real), durability);
    return { store: new Store(real, clock), created: false };
  }
  makeRootFolder(root);
  const real = realpathSync(root);
  const network = force ? undefined : networkFileSystems.get(statfsSync(real).type);
  if (network !== undefined)
    throw new StoreError(
      'network_file_system',
      `${root} is on ${network}, where appends of two machines are not atomic`,
      'choose a local folder with --root, or force it with `dispatch init --force`',
    );
  const layout = layoutOf(real);
  for (const folder of [
    layout.tasks,
    layout.index,
    layout.active,
    layout.keys,
    layout.supervisor,
    layout.lease,
  ])
    ensureFolder(folder);
  ensureFolder(layout.cursors);
  if (!existsSync(layout.gitignore)) linkWhole(layout.gitignore, '*\n', 'durable');
  linkWhole(layout.format_file, `${JSON.stringify({ format: storeFormat })}\n`, 'durable');
  fsyncFolder(layout.index);
  fsyncFolder(dirname(real));
  return { store: new Store(real, clock), created: true };
}

function makeRootFolder(root: string): void {
  try {
    if (existsSync(root)) {
      requireRootFolder(root);
      return;
    }
    if (!existsSync(dirname(root)))
      throw new StoreError(
        'root_parent_missing',
        `${dirname(root)}, which is to hold the root, does not exist`,
        'make it first, or choose another folder with --root',
      );
    ensureFolder(root);
  } catch (error) {
    throw asStoreError(error, root);
  }
}

function requireRootFolder(root: string): void {
  if (!statSync(root).isDirectory())
    throw new StoreError('root_not_a_folder', `${root} is no folder`, 'choose another with --root');
}

function readFormat(root: string): FormatFile | null {
  const file = layoutOf(root).format_file;
  let bytes: Buffer | null;
  try {
    bytes = readRegular(file);
  } catch (error) {
    throw asStoreError(error, file);
  }
  if (bytes === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    value = null;
  }
  if (!checkFormatFile(value))
    throw new StoreError(
      'format_unreadable',
      `${file} does not hold {"format": ${storeFormat}}`,
      'restore that line by hand',
    );
  const found = value as FormatFile;
  if (found.format > storeFormat)
    throw new StoreError(
      'format_newer',
      `${root} has format ${found.format}; this version knows ${storeFormat}`,
      'use a newer dispatch',
    );
  return found;
}

/** In the folder that was named for a store, as happens to who types the store's parent, or above it. */
function nearestStore(root: string): string | null {
  for (let folder = root; ; folder = dirname(folder)) {
    const candidate = join(folder, '.dispatch');
    try {
      if (readFormat(candidate) !== null) return candidate;
    } catch {
      // An unreadable store above is not ours to report here.
    }
    if (dirname(folder) === folder) return null;
  }
}

/** Makes an empty file durable; one that is there is as good. Returns whether it made it. */
export function markFile(path: string, durability: Durability = 'durable'): boolean {
  let made = true;
  try {
    createFile(path, '', 'cached');
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    made = false;
  }
  // Whoever made it may have died before it synced the folder.
  syncFolder(dirname(path), durability);
  return made;
}
