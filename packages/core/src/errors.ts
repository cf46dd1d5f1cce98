/** What an error is about; a class of errors each. */
export type ErrorKind = 'usage' | 'not_found' | 'refused' | 'environment' | 'store';

/** Exit statuses of the program by kind of error; see `docs/errors.md`. */
const exitStatuses: Readonly<Record<ErrorKind, number>> = {
  usage: 2,
  not_found: 3,
  refused: 4,
  environment: 5,
  store: 6,
};

/**
 * An error that its reader can do something about: one sentence that names the value and the place, a stable
 * `code` (lower snake_case), and a `hint` with the remedy.
 */
export abstract class DispatchError extends Error {
  abstract readonly kind: ErrorKind;
  readonly code: string;
  readonly hint: string | null;

  constructor(code: string, message: string, hint: string | null = null, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
    this.name = new.target.name;
  }

  get exitStatus(): number {
    return exitStatuses[this.kind];
  }
}

/** What was typed, or written into a file of the user's, is wrong. */
export class UsageError extends DispatchError {
  readonly kind = 'usage';
}

/** What was named is not there. */
export class NotFoundError extends DispatchError {
  readonly kind = 'not_found';
}

/** The task is in a state in which this is not done. */
export class RefusedError extends DispatchError {
  readonly kind = 'refused';
}

/** The machine or the agent's program does not let us. */
export class EnvironmentError extends DispatchError {
  readonly kind = 'environment';
}

/** The store on disk cannot be read or written as promised. */
export class StoreError extends DispatchError {
  readonly kind = 'store';
}

/** Our own bug. */
export class InternalError extends Error {
  readonly code = 'internal';
  readonly exitStatus = 1;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InternalError';
  }
}
