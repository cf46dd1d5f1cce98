import { Option } from '../arguments/clipanion.ts';
import { openLibrary } from '../library.ts';
import { harmlessLine } from '../print/harmless.ts';
import { shellWord } from '../print/next.ts';
import { quoted } from '../print/question.ts';
import { startedLines } from '../print/started.ts';
import { DispatchCommand } from './command.ts';

const shownLines = 20;

export class StartCommand extends DispatchCommand {
  static override paths = [['start']];
  static override usage = {
    category: 'Tasks',
    description: 'starts what was only recorded, because it was asked for inside a sandbox',
    details: 'Typed outside of the sandbox; shows what runs, and grants it.',
  };

  task = Option.String({ name: 'id' });

  override async execute(): Promise<number> {
    const { output, root } = this.context;
    const { runtime, dispatcher, idOf } = await openLibrary(this.context);
    const started = await runtime.startRecorded(dispatcher, idOf(this.task));
    const { command, execution_mode: mode, workspace, prompt } = started;
    output.result(started, (page) => {
      const lines = quoted(prompt, page.style.dim('│ '));
      return [
        `Runs in ${harmlessLine(workspace)}, mode ${mode}:`,
        `  ${harmlessLine(command.map(shellWord).join(' '))}`,
        ...lines.slice(0, shownLines),
        ...(lines.length > shownLines ? [page.style.dim(`… ${lines.length - shownLines} more lines`)] : []),
        ...startedLines(started, page, { root }),
      ];
    });
    return 0;
  }
}
