import { Command, type Usage } from '../arguments/clipanion.ts';
import type { Context } from '../context.ts';

/** One command of the program. Returns the exit status; throws a DispatchError for everything that is not done. */
export abstract class DispatchCommand extends Command<Context> {
  /** Whether what stands behind `--` is handed to the agent instead of being read as words. */
  static agentArguments = false;

  abstract override execute(): Promise<number>;
}

export interface CommandClass {
  new (): DispatchCommand;
  paths?: string[][];
  usage?: Usage;
  agentArguments: boolean;
}
