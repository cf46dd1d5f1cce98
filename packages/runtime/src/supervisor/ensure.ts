import { closeSync, constants, fstatSync, statSync } from 'node:fs';
import { PlantedLink, openRegular, requireFolder } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import { withoutMarks } from '../environment/index.ts';
import { readLease, type LeaseState } from './lease.ts';
import { knowsRoot } from './roots.ts';
import { childProcess } from '../processes/child-process.ts';

/** Whether somebody looks after the store, or why nobody was started. */
export type Supervision = { kind: 'held' | 'started' } | { kind: 'not_started'; why: string };

/** Starts a supervisor where the lease is free; where it may be held elsewhere, nobody is started on a guess. */
export function ensureSupervisor(dispatcher: Dispatcher): Supervision {
  const found = supervisionOf(dispatcher);
  if (found.kind !== 'free') return found;
  startSupervisor(dispatcher);
  return { kind: 'started' };
}

/** Whether somebody looks after the store, or who has work for somebody may start one. */
export function supervisionOf(dispatcher: Dispatcher): Supervision | { kind: 'free' } {
  const { confined } = dispatcher;
  if (confined) return { kind: 'not_started', why: `inside a sandbox: ${confined.evidence}` };
  const planted = plantedFolder(dispatcher);
  if (planted !== null) return { kind: 'not_started', why: planted };
  const lease: LeaseState = readLease(dispatcher);
  if (lease.kind === 'held') return { kind: 'held' };
  if (lease.kind === 'unknown')
    return { kind: 'not_started', why: `the supervisor cannot be judged from here: ${lease.how}` };
  const { store, machine, home } = dispatcher;
  if (statSync(store.root).uid !== machine.uid)
    return {
      kind: 'not_started',
      why: `${store.root} belongs to another user, whose commands look after it`,
    };
  if (!knowsRoot(home, store.root))
    return {
      kind: 'not_started',
      why: `${home.home} does not know ${store.root}: type \`dispatch start\` or \`dispatch run\` for it`,
    };
  return { kind: 'free' };
}

/** Through a link no lease can be taken: whoever were started would leave at once. */
export function plantedFolder({ store }: Dispatcher): string | null {
  try {
    for (const folder of [store.layout.supervisor, store.layout.lease]) requireFolder(folder);
    return null;
  } catch (error) {
    return error instanceof PlantedLink ? `${error.code}: ${error.message}` : null;
  }
}

const logLimitBytes = 1024 * 1024;

/** A young generation of a megabyte, and one arena of malloc for all threads: 15 MB less, for a process that mostly waits. */
const smallNode = ['--max-semi-space-size=1'];
const oneArena = { MALLOC_ARENA_MAX: '1' };

/** A process of its own session, without the mark, whose cwd is the root; its log is below the root. */
export function startSupervisor(dispatcher: Dispatcher): void {
  const { store, program, environment, home } = dispatcher;
  const { O_APPEND, O_CREAT, O_WRONLY, O_TRUNC } = constants;
  const path = store.layout.supervisor_log;
  let log = openRegular(path, O_WRONLY | O_APPEND | O_CREAT);
  if (fstatSync(log).size > logLimitBytes) {
    closeSync(log);
    log = openRegular(path, O_WRONLY | O_APPEND | O_TRUNC);
  }
  try {
    const child = childProcess().spawn(
      program.node,
      [...smallNode, program.program, '--root', store.root, 'supervise'],
      {
        cwd: store.root,
        detached: true,
        stdio: ['ignore', log, log],
        env: { ...withoutMarks(environment), ...oneArena, DISPATCH_HOME: home.home },
      },
    );
    child.on('error', () => {
      // The next command finds the lease free and tries again.
    });
    child.unref();
  } finally {
    closeSync(log);
  }
}
