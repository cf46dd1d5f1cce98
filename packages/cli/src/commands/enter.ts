import { EnvironmentError } from '@dispatch/core';
import { Option } from '../arguments/clipanion.ts';
import { executionMode } from '../arguments/values.ts';
import { openLibrary } from '../library.ts';
import { nextLines } from '../print/next.ts';
import { taskLine } from '../print/task.ts';
import { DispatchCommand } from './command.ts';

export class EnterCommand extends DispatchCommand {
  static override paths = [['enter']];
  static override usage = {
    category: 'Tasks',
    description: "opens the agent's own program on the session of a task, here in the terminal",
    details:
      'In the folder and the mode of the task. While it is open, the task runs; afterwards it waits for you, and the next\n' +
      'resume goes on from what was said and done there.',
  };

  task = Option.String({ name: 'id' });
  executionMode = Option.String('--execution-mode', {
    description: 'read_only, standard, auto or danger; default as before',
    validator: executionMode(),
  });

  override async execute(): Promise<number> {
    const { output, outside, json, root } = this.context;
    if (json || !outside.atTerminal())
      throw new EnvironmentError(
        'no_terminal',
        'enter opens a program that needs keyboard and screen, and this is no terminal',
        'type it in a terminal, without --json; a program goes on with dispatch resume ID --message "…"',
      );
    const { runtime, dispatcher, idOf } = await openLibrary(this.context);
    const task = await runtime.enterTask(dispatcher, idOf(this.task), {
      execution_mode: this.executionMode ?? null,
    });
    output.result(task, (page) => [taskLine(task, page), ...nextLines(task, root, page)]);
    return 0;
  }
}
