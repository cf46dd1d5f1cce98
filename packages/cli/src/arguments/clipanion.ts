/**
 * Declarations of clipanion, without its `Cli`: that opens all three standard streams when it is
 * loaded, which costs 6 ms of a start (measured on Node 20 and 24), and writes errors to stdout by itself.
 */
import { Command } from 'clipanion/lib/advanced/Command.js';
import * as declared from 'clipanion/lib/advanced/options/index.js';
import { CliBuilder, NoLimits, type CommandBuilder, type RunState } from 'clipanion/lib/core.js';

export { CliBuilder, Command, NoLimits, type CommandBuilder, type RunState };
export type { BaseContext } from 'clipanion/lib/advanced/Cli.js';
export type { Usage } from 'clipanion/lib/advanced/Command.js';

/** Clipanion's, each with its validator beside it for whoever describes a command. */
export const Option = { ...declared, String: stringOption as typeof declared.String };

function stringOption(...args: unknown[]): unknown {
  const { validator } = args.at(-1) as { validator?: unknown };
  const field = (declared.String as (...args: unknown[]) => object)(...args);
  return Object.assign(field, { validator });
}
