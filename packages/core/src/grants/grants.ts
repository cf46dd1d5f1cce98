import { join } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { checkGrant } from '../records/checks.generated.ts';
import type { Grant, RootRef } from '../records/index.ts';
import { readRegular } from '../disk/open.ts';
import type { SyncBatch } from '../disk/sync.ts';
import { ensureFolders, linkWhole, linkWholeWith, unlinkQuietly } from '../disk/write.ts';
import type { HomeLayout } from '../store/layout.ts';
import { readNames, sameRoot } from '../store/store.ts';

export type GrantReading = { kind: 'grant'; grant: Grant } | { kind: 'missing' } | { kind: 'unreadable' };

/** The nonce comes from a journal that a worker can write: it must not lead out of the folder. */
function isNonce(nonce: string): boolean {
  return /^[0-9a-z]+$/.test(nonce);
}

function grantPath(home: HomeLayout, taskId: string, nonce: string): string {
  return join(home.grants, `${taskId}.${nonce}.json`);
}

/** Durable before the attempt is committed: now, or with the batch. Throws EnvironmentError `home_unwritable`. */
export function writeGrant(home: HomeLayout, grant: Grant, batch?: SyncBatch): void {
  const path = grantPath(home, grant.task_id, grant.attempt_nonce);
  const content = `${JSON.stringify(grant)}\n`;
  try {
    ensureFolders(home.grants);
    if (batch !== undefined) linkWholeWith(batch, path, content);
    else if (!linkWhole(path, content, 'durable')) throw new Error(`${path} exists`);
  } catch (error) {
    throw new EnvironmentError(
      'home_unwritable',
      `${home.grants} cannot be written, where dispatch keeps what an attempt may be`,
      'set DISPATCH_HOME to a folder of yours that can be written',
      { cause: error },
    );
  }
}

/** A grant with a field or version that is unknown is `unreadable`: never launched from. */
export function readGrant(home: HomeLayout, taskId: string, nonce: string): GrantReading {
  if (!isNonce(taskId) || !isNonce(nonce)) return { kind: 'missing' };
  const bytes = readRegular(grantPath(home, taskId, nonce));
  if (bytes === null) return { kind: 'missing' };
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (checkGrant(value)) {
      const grant = value as Grant;
      if (grant.task_id === taskId && grant.attempt_nonce === nonce) return { kind: 'grant', grant };
    }
  } catch {
    // Falls through: a torn grant grants nothing.
  }
  return { kind: 'unreadable' };
}

/**
 * Of all grants of the task the one of its latest attempt. Null where one of them is unreadable: it may be the latest
 * and narrower than what can be read.
 */
export function latestGrant(home: HomeLayout, taskId: string): Grant | null {
  const all = grantsOf(home, taskId) ?? [];
  return all.reduce<Grant | null>(
    (latest, one) => (latest === null || one.attempt > latest.attempt ? one : latest),
    null,
  );
}

/** Every grant of the task; null where one of them is unreadable. */
export function grantsOf(home: HomeLayout, taskId: string): Grant[] | null {
  const readings = readingsOf(home, taskId);
  return readings.some(({ kind }) => kind === 'unreadable') ? null : readings.flatMap(grantIn);
}

function readingsOf(home: HomeLayout, taskId: string): GrantReading[] {
  return readNames(home.grants).flatMap((name) => {
    const [id, nonce = ''] = name.split('.');
    return id === taskId && name.endsWith('.json') ? [readGrant(home, taskId, nonce)] : [];
  });
}

function grantIn(reading: GrantReading): Grant[] {
  return reading.kind === 'grant' ? [reading.grant] : [];
}

export function removeGrant(home: HomeLayout, taskId: string, nonce: string): void {
  if (isNonce(taskId) && isNonce(nonce)) unlinkQuietly(grantPath(home, taskId, nonce));
}

/** What the attempts of a task were granted in one store; another store may have a task that names itself alike. */
export function grantsIn(home: HomeLayout, root: RootRef, taskId: string): Grant[] {
  return readingsOf(home, taskId)
    .flatMap(grantIn)
    .filter((grant) => sameRoot(grant.root, root));
}

/** Removes all that is kept of what its attempts were granted in that store. */
export function dropGrants(home: HomeLayout, root: RootRef, taskId: string): void {
  for (const { attempt_nonce: nonce } of grantsIn(home, root, taskId)) {
    unlinkQuietly(claimedPath(home, taskId, nonce));
    removeGrant(home, taskId, nonce);
  }
}

function claimedPath(home: HomeLayout, taskId: string, nonce: string): string {
  return join(home.grants, `${taskId}.${nonce}.claimed`);
}

/**
 * Notes, where no worker can undo it, that an attempt was claimed: a worker that takes away its claim and its journal
 * does not run a second time.
 */
export function markGrantClaimed(home: HomeLayout, taskId: string, nonce: string): void {
  if (!isNonce(taskId) || !isNonce(nonce)) return;
  linkWhole(claimedPath(home, taskId, nonce), '', 'durable');
}

export function isGrantClaimed(home: HomeLayout, taskId: string, nonce: string): boolean {
  return isNonce(taskId) && isNonce(nonce) && readRegular(claimedPath(home, taskId, nonce)) !== null;
}

/**
 * Removes grants of attempts that never were: whoever wrote them died before, or lost, the commit that `kept` has won.
 * What they allow was never used, and would be taken for the latest word.
 */
export function dropOrphanGrants(
  home: HomeLayout,
  taskId: string,
  kept: { attempt: number; attempt_nonce: string },
): void {
  for (const name of readNames(home.grants)) {
    const [id, nonce = ''] = name.split('.');
    if (id !== taskId || nonce === kept.attempt_nonce || !name.endsWith('.json')) continue;
    const reading = readGrant(home, taskId, nonce);
    if (reading.kind === 'grant' && reading.grant.attempt >= kept.attempt) removeGrant(home, taskId, nonce);
  }
}
