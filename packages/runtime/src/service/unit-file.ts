import { lstatSync, readlinkSync, realpathSync, rmdirSync, symlinkSync, type Stats } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import {
  EnvironmentError,
  ensureFolders,
  errnoOf,
  fsyncFolder,
  isMissing,
  linkWhole,
  readRegular,
  RefusedError,
  replaceFile,
  unlinkQuietly,
} from '@dispatch/core';
import { isOurs } from './command.ts';
import type { ServicePlan } from './plan.ts';

/**
 * Text of the unit that stands in the plan's place, or null. Throws RefusedError `service_foreign`, EnvironmentError
 * `service_unreachable`, as all that follow.
 */
export function readUnit(plan: ServicePlan): string | null {
  return reaching(plan, () => {
    const { path } = plan;
    const stat = entryAt(path);
    if (stat === null) return null;
    if (!stat.isFile()) throw foreign(path, 'is no regular file');
    const text = readRegular(path)?.toString('utf8') ?? null;
    if (text !== null && !isOurs(text)) throw foreign(path, 'was not written by dispatch');
    return text;
  });
}

/** Whether the link that enables it is there; where there is to be none it is. */
export function isLinked(plan: ServicePlan): boolean {
  return reaching(plan, () => {
    const { path, link } = plan;
    if (link === null) return true;
    const stat = entryAt(link);
    if (stat === null) return false;
    const leadsThere =
      stat.isSymbolicLink() &&
      (resolve(dirname(link), readlinkSync(link)) === path || realOf(link) === realOf(path));
    if (!leadsThere) throw foreign(link, `is no link to ${path}`);
    return true;
  });
}

/** What became of a file. */
export type Written = 'new' | 'changed' | 'unchanged';

/** Whole or not at all, and never over what is not ours. Throws StoreError as well. */
export function writeUnit(plan: ServicePlan): Written {
  return reaching(plan, () => {
    const folder = folderOf(plan.path);
    const path = join(folder, basename(plan.path));
    for (;;) {
      const before = readUnit(plan);
      if (before === plan.text) return 'unchanged';
      if (before === null) {
        if (linkWhole(path, plan.text, 'durable')) return 'new';
      } else if (replaceFile(path, plan.text, 'durable', () => readUnit(plan) === before)) return 'changed';
    }
  });
}

/** As `systemctl enable` makes it. */
export function linkUnit(plan: ServicePlan): void {
  const { link, path } = plan;
  if (link === null || isLinked(plan)) return;
  reaching(plan, () => {
    const folder = folderOf(link);
    try {
      symlinkSync(path, link);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST' || !isLinked(plan)) throw error;
    }
    fsyncFolder(folder);
  });
}

/** Removes unit and link, and folders of systemd that are empty then. */
export function removeUnit(plan: ServicePlan): void {
  const { link, path } = plan;
  if (link !== null && isLinked(plan)) reaching(plan, () => unlinkQuietly(link));
  if (readUnit(plan) !== null) reaching(plan, () => unlinkQuietly(path));
  if (link !== null) for (const folder of [link, path, dirname(path)].map(dirname)) removeEmpty(folder);
}

/** Folders on the way may be links of the user's, to be followed; they are made where they are missing. */
function folderOf(path: string): string {
  ensureFolders(dirname(path));
  return realpathSync(dirname(path));
}

/** One that leads nowhere is itself. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody else's, or not empty.
  }
}

function foreign(path: string, why: string): RefusedError {
  return new RefusedError(
    'service_foreign',
    `${path} ${why}; it was left as it is`,
    'Look at it and move it away; `dispatch supervise --install --print` shows what would stand there.',
  );
}

function entryAt(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const outOfReach = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ELOOP'];

/** Puts an error of its own in the place of those that speak of stores. */
function reaching<T>({ path }: ServicePlan, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = errnoOf(error) ?? '';
    if (code !== 'not_writable' && code !== 'planted_link' && !outOfReach.includes(code)) throw error;
    throw new EnvironmentError(
      'service_unreachable',
      `${path} cannot be read or written: ${error instanceof Error ? error.message : code}`,
      'Mend its folder, or put there by hand what `dispatch supervise --install --print` shows.',
      { cause: error },
    );
  }
}
