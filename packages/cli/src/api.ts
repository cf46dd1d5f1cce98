/** The typed library, as the package exports it: what a command does is a function here. */
import { fileURLToPath } from 'node:url';
import { surroundingsOf, type Surroundings } from '@dispatch/runtime';

export * from '@dispatch/runtime';
export { readEnvelope, type Envelope, type Failed, type Succeeded } from './contract/envelope.ts';
export type { CommandData, CommandLines } from './contract/index.ts';
export {
  DispatchError,
  EnvironmentError,
  InternalError,
  isTerminal,
  NotFoundError,
  RefusedError,
  StoreError,
  UsageError,
} from '@dispatch/core';
export type {
  AnyEvent,
  Attempt,
  AttemptOutcome,
  BeginsFrom,
  ConfigEdit,
  ErrorKind,
  ExecutionMode,
  FailureClass,
  Settings,
  Task,
  TaskMode,
  TaskReason,
  TaskSource,
  TaskStatus,
  Usage,
} from '@dispatch/core';

/**
 * What every call needs from outside: working folder, environment and store (`root`, else `DISPATCH_ROOT`, else
 * `.dispatch` in the working folder). Agents are looked after by the program of this package.
 */
export function here({
  cwd = process.cwd(),
  environment = process.env,
  root = null,
}: {
  cwd?: string;
  environment?: Readonly<Record<string, string | undefined>>;
  root?: string | null;
} = {}): Surroundings {
  const program = {
    node: process.execPath,
    program: fileURLToPath(new URL('../dist/bin.cjs', import.meta.url)),
  };
  return surroundingsOf({ cwd, environment, root, program });
}
