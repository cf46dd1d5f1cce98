import { join } from 'node:path';
import { shellWord } from '@dispatch/core';
import { findExecutable } from '../targets/executables.ts';
import { hostHome, type HostPlan, type HostSurroundings } from './host.ts';
import { piFiles } from './pi.generated.ts';

/** An extension in the folder that pi loads by itself; it finds dispatch by pi's own PATH (its README says how). */
export function planPi(surroundings: HostSurroundings): HostPlan {
  const { environment } = surroundings;
  const isOnPath = findExecutable('dispatch', environment, '/') !== null;
  const home = hostHome('pi', environment);
  const folder = join(home, 'extensions/dispatch');
  return {
    host: 'pi',
    home,
    folder,
    files: Object.entries(piFiles).map(([name, text]) => ({
      path: join(folder, name),
      text,
    })),
    table: null,
    next: isOnPath
      ? 'Start pi anew, or type /reload in it; then `/dispatch what is to be done` starts a task.'
      : `pi finds dispatch by PATH, where it is not: start pi with DISPATCH_BIN=${shellWord(surroundings.program.program)}`,
  };
}
