import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  homeLayoutOf,
  openStore,
  systemClock,
  type AskCommand,
  type Clock,
  type HomeLayout,
  type Store,
} from '@dispatch/core';
import { thisMachine, type MachineProbe } from './processes/index.ts';
import type { Sandbox } from './sandbox/index.ts';

/** Everything that a call needs from outside; handed down instead of looked up, so that a test can steer it. */
export interface Surroundings {
  cwd: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** `--root`, or null. */
  root: string | null;
  home: HomeLayout;
  clock: Clock;
  machine: MachineProbe;
  /** Absolute paths of node and of the program, for `dispatch ask` in prompts and for the supervisor's start. */
  program: AskCommand;
  /** Set where whoever acts is a worker, by a server that runs outside of its sandbox: then what holds in a sandbox holds. */
  confined?: Sandbox | null;
}

/** Surroundings with an opened store. */
export interface Dispatcher extends Surroundings {
  store: Store;
}

export function surroundingsOf(options: {
  cwd: string;
  environment: Readonly<Record<string, string | undefined>>;
  root: string | null;
  program: AskCommand;
  clock?: Clock;
  machine?: MachineProbe;
  confined?: Sandbox | null;
}): Surroundings {
  return {
    cwd: options.cwd,
    environment: options.environment,
    root: options.root,
    home: homeLayoutOf(homeOf(options.environment, options.cwd)),
    clock: options.clock ?? systemClock,
    machine: options.machine ?? thisMachine(),
    program: options.program,
    confined: options.confined ?? null,
  };
}

function homeOf(environment: Readonly<Record<string, string | undefined>>, cwd: string): string {
  const wanted = environment['DISPATCH_HOME'];
  if (wanted !== undefined && wanted !== '') return resolve(cwd, wanted);
  return join(environment['HOME'] || homedir(), '.dispatch');
}

/** Throws NotFoundError `no_store`, StoreError `format_*`. */
export function openDispatcher(surroundings: Surroundings): Dispatcher {
  return { ...surroundings, store: openStore({ ...surroundings }, surroundings.clock) };
}
