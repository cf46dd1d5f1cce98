import { EnvironmentError, StoreError } from '../errors.ts';
import { errnoOf } from './open.ts';

/** Turns an errno of a write into an error that its reader can act on; anything else stays as it is. */
export function asStoreError(error: unknown, path: string): unknown {
  const code = errnoOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new StoreError('disk_full', `no space left to write ${path}`, 'free some space and try again', {
      cause: error,
    });
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
    return new EnvironmentError(
      'not_writable',
      `${path} cannot be written (${code})`,
      'choose another folder with --root, or mend its permissions',
      { cause: error },
    );
  return error;
}
