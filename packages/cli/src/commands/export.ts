import { Option } from '../arguments/clipanion.ts';
import { writeTextOption } from '../input/output-file.ts';
import { openLibrary } from '../library.ts';
import { harmlessLine } from '../print/harmless.ts';
import { version } from '../version.ts';
import { DispatchCommand } from './command.ts';

export class ExportCommand extends DispatchCommand {
  static override paths = [['export']];
  static override usage = {
    category: 'Care',
    description: 'everything about a task in one text file, for a report, with known secrets taken out',
    details: 'Read it before you send it: prompts, answers and what the agent printed are in it.',
    examples: [['the newest task', 'dispatch export @last']] as [string, string][],
  };

  task = Option.String({ name: 'id' });
  file = Option.String('--output', { description: 'default: dispatch-ID.txt in the working folder' });
  force = Option.Boolean('--force', false, { description: 'over a file that is there' });

  override async execute(): Promise<number> {
    const { output, cwd } = this.context;
    const { runtime, dispatcher, idOf } = await openLibrary(this.context);
    const id = idOf(this.task);
    const { platform, arch, versions } = process;
    const about = { dispatch: version, node: versions.node, platform, arch };
    const { text, parts, removed } = runtime.exportTask(dispatcher, id, about);
    const path = writeTextOption(cwd, this.file ?? `dispatch-${id}.txt`, '--output', {
      text,
      force: this.force,
      // What it is made of is nobody else's to read either.
      mode: 0o600,
    });
    const bytes = Buffer.byteLength(text);
    output.result({ output_path: path, bytes, parts, removed }, ({ style }) => [
      `Wrote ${harmlessLine(path)}: ${parts.length} parts, ${Math.ceil(bytes / 1024)} KiB`,
      style.magenta(`  ${removed} secrets were taken out; read it before you send it`),
    ]);
    return 0;
  }
}
