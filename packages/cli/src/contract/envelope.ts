import type { CommandData } from './index.ts';

/** The document of a command that did what was asked for. */
export interface Succeeded<Data> {
  ok: true;
  data: Data;
}

/** The document of a command that did not. */
export interface Failed {
  ok: false;
  error: {
    /** One of `docs/errors.md`. */
    code: string;
    message: string;
    hint: string | null;
  };
}

/** What a command prints with `--json`. */
export type Envelope<Data> = Succeeded<Data> | Failed;

/**
 * What a command has printed with `--json`, for programs that start it: of one that follows the last line. Null where that
 * is no document of dispatch: something else was started, or it was killed. Fields that are not known here are kept.
 */
export function readEnvelope<Command extends keyof CommandData>(
  printed: string,
): Envelope<CommandData[Command]> | null {
  const value = parsed(printed) ?? parsed(printed.trimEnd().split('\n').at(-1) ?? '');
  if (typeof value !== 'object' || value === null || !('ok' in value)) return null;
  if (value.ok === true) return 'data' in value ? (value as Succeeded<CommandData[Command]>) : null;
  return value.ok === false && 'error' in value && isError(value.error) ? (value as Failed) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isError(value: unknown): value is Failed['error'] {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message, hint } = value as Partial<Failed['error']>;
  return (
    typeof code === 'string' && typeof message === 'string' && (hint === null || typeof hint === 'string')
  );
}
