import { UsageError } from '@dispatch/core';
import { Option } from '../arguments/clipanion.ts';
import { oneOfWords } from '../arguments/values.ts';
import { hosts } from '../arguments/words.ts';
import { loadRuntime } from '../library.ts';
import { DispatchCommand } from './command.ts';

export class IntegrateCommand extends DispatchCommand {
  static override paths = [['integrate']];
  static override usage = {
    category: 'Agents',
    description: 'puts dispatch where your own agent looks for it: `pi`, `claude-code` or `codex`',
    details:
      'claude and codex get a skill and the MCP server `dispatch mcp`, pi an extension. May be repeated, as after an\n' +
      'update of dispatch. What is yours is left as it is; --undo takes out what it wrote, byte for byte.',
    examples: [
      ['your claude can dispatch', 'dispatch integrate claude-code'],
      ['what it would write, and where', 'dispatch integrate codex --print'],
      ['that taken back', 'dispatch integrate codex --undo'],
    ] as [string, string][],
  };

  host = Option.String({ name: 'pi|claude-code|codex', validator: oneOfWords(hosts) });

  print = Option.Boolean('--print', false, { description: 'shows what it would write; writes nothing' });
  undo = Option.Boolean('--undo', false, { description: 'takes out what it has written, and nothing else' });

  /** Throws UsageError `one_action` and what the library throws. */
  override async execute(): Promise<number> {
    if (this.print && this.undo)
      throw new UsageError('one_action', '--print and --undo are both given', 'Give one of them.');
    const { output } = this.context;
    const { runtime, surroundings } = await loadRuntime(this.context);
    const { integratedLines, integrationTextLines, undoneLines } = await import('../print/integrate.ts');
    if (this.print) {
      const text = await runtime.integrationText(surroundings, this.host);
      output.result(text, (page) => integrationTextLines(text, page));
    } else if (this.undo) {
      const undone = await runtime.undoIntegration(surroundings, this.host);
      output.result(undone, () => undoneLines(undone));
    } else {
      const integrated = await runtime.integrateHost(surroundings, this.host);
      output.result(integrated, () => integratedLines(integrated));
    }
    return 0;
  }
}
