import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { holdToContract } from './contract.ts';
import type { Ended, RunOptions, Started } from './run.ts';
import { startProgram } from './run.ts';

/** The built command line. */
export const dispatchProgram = join(import.meta.dirname, '../../packages/cli/dist/bin.cjs');

export interface DispatchOptions extends RunOptions {
  /** The node that runs it; default the one that runs the tests. */
  node?: string;
  /** For node, before the program: `['--import', preload]`. */
  nodeArgs?: string[];
}

/** Runs one command of dispatch as a process of its own, to its end; what it prints as JSON is held to the contract. */
export async function dispatch(args: string[], options: DispatchOptions): Promise<Ended> {
  const ended = await startDispatch(args, options).ended;
  holdToContract(args, ended);
  return ended;
}

/** Starts one command of dispatch and leaves it running, to be killed or awaited by the test. */
export function startDispatch(
  args: string[],
  { node = process.execPath, nodeArgs = [], ...run }: DispatchOptions,
): Started {
  if (!existsSync(dispatchProgram)) throw new Error(`${dispatchProgram} is missing: npm run build`);
  return startProgram(node, [...nodeArgs, dispatchProgram, ...args], run);
}
