import { Option } from '../arguments/clipanion.ts';
import { openReading } from '../library.ts';
import { harmlessLine, harmlessText } from '../print/harmless.ts';
import { nextLines } from '../print/next.ts';
import { taskLine, whyLines } from '../print/task.ts';
import { DispatchCommand } from './command.ts';

export class ResultCommand extends DispatchCommand {
  static override paths = [['result']];
  static override usage = {
    category: 'Look',
    description: "what came of it: the agent's last words, output.md, files changed",
  };

  task = Option.String({ name: 'id' });

  override async execute(): Promise<number> {
    const { output, root } = this.context;
    const { runtime, dispatcher, idOf } = await openReading(this.context);
    const id = idOf(this.task);
    const result = await runtime.resultOf(dispatcher, id);
    const {
      last_message: message,
      output: written,
      files_changed: files,
      files_changed_unknown: unknown,
    } = result;
    output.result(result, (page) => {
      const section = (title: string, lines: string[]): string[] => ['', page.style.bold(title), ...lines];
      const task = runtime.statusOf(dispatcher, id);
      return [
        taskLine(task, page),
        ...whyLines(task, page, root),
        ...(message === null ? [] : section('Last message', harmlessText(message.trimEnd()).split('\n'))),
        ...(result.stderr === null ? [] : section('stderr', harmlessText(result.stderr).split('\n'))),
        ...(written === null ? [] : section('output.md', harmlessText(written.trimEnd()).split('\n'))),
        ...(files === null
          ? section('Files changed', [`unknown: ${unknown ?? ''}`])
          : section('Files changed', [
              ...(files.length === 0
                ? ['none']
                : files.map(({ path, change }) => `${change.padEnd(8)} ${harmlessLine(path)}`)),
              ...(unknown === null ? [] : [unknown]),
            ])),
        '',
        ...nextLines(task, root, page, 'result'),
      ];
    });
    return 0;
  }
}
