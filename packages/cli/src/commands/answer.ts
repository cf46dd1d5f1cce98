import { Option } from '../arguments/clipanion.ts';
import { questionNumber } from '../arguments/values.ts';
import { readMessage } from '../input/message.ts';
import { openLibrary } from '../library.ts';
import { nextLines } from '../print/next.ts';
import { startedLines } from '../print/started.ts';
import { DispatchCommand } from './command.ts';

export class AnswerCommand extends DispatchCommand {
  static override paths = [['answer']];
  static override usage = {
    category: 'Tasks',
    description: "answers a worker's question",
    details:
      'A worker that waits for the answer goes on with it. One that has stopped is continued by --resume,\n' +
      'or later by `dispatch resume`; answering alone starts nothing.',
    examples: [['answer and go on', 'dispatch answer k3v9 --message "Use the second one" --resume']] as [
      string,
      string,
    ][],
  };

  task = Option.String({ name: 'id' });
  message = Option.String('--message', { description: 'the answer; - reads stdin', required: true });
  question = Option.String('--question', {
    description: 'which one, by its number; default the oldest open one',
    validator: questionNumber(),
  });
  resume = Option.Boolean('--resume', false, {
    description: 'go on with the task where nobody waits for the answer',
  });

  override async execute(): Promise<number> {
    const { output, root } = this.context;
    const library = await openLibrary(this.context);
    const id = library.idOf(this.task);
    const message = await readMessage(this.context, this.message, '--message');
    const answered = library.runtime.answerQuestion(library.dispatcher, id, {
      message,
      question: this.question ?? null,
    });
    const resumed = this.resume ? await library.runtime.resumeWhereNobodyWaits(library.dispatcher, id) : null;
    const task = resumed?.task ?? answered.task;
    output.result({ ...answered, status: task.status, resumed: resumed !== null, task }, (page) => [
      `Answered question ${answered.answered} of task ${id}.`,
      ...(resumed === null ? nextLines(task, root, page) : startedLines(resumed, page, { root })),
    ]);
    return 0;
  }
}
