import {
  checkClaim,
  checkExitFile,
  isMissing,
  PlantedLink,
  readRegular,
  type Claim,
  type ExitFile,
} from '@dispatch/core';

export type Reading<T> = { kind: 'there'; value: T } | { kind: 'missing' } | { kind: 'damaged' };

/** The launcher's claim, checked; `damaged` where something else stands there. */
export function readClaim(path: string): Reading<Claim> {
  return readChecked<Claim>(path, checkClaim);
}

/** The exit record of this very attempt; another nonce's is damage. */
export function readExit(path: string, attemptNonce: string): Reading<ExitFile> {
  const record = readChecked<ExitFile>(path, checkExitFile);
  if (record.kind === 'there' && record.value.attempt_nonce !== attemptNonce) return { kind: 'damaged' };
  return record;
}

function readChecked<T>(path: string, check: (value: unknown) => boolean): Reading<T> {
  let bytes: Buffer | null;
  try {
    bytes = readRegular(path);
  } catch (error) {
    if (error instanceof PlantedLink) return { kind: 'damaged' };
    if (isMissing(error)) return { kind: 'missing' };
    throw error;
  }
  if (bytes === null) return { kind: 'missing' };
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (check(value)) return { kind: 'there', value: value as T };
  } catch {
    // A record is linked into place whole, so half a one was planted.
  }
  return { kind: 'damaged' };
}
