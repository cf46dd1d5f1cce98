import { UsageError } from '@dispatch/core';

/** The check as it was typed: a command, null for none, undefined where nothing was said. Throws UsageError. */
export function checkOption(verify: string | undefined, noVerify: boolean): string | null | undefined {
  if (verify !== undefined && noVerify)
    throw new UsageError('invalid_value', '--verify and --no-verify exclude each other', 'Give one of them.');
  return noVerify ? null : verify;
}
