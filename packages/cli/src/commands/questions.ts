import { Option } from '../arguments/clipanion.ts';
import { openLibrary } from '../library.ts';
import { harmlessLine } from '../print/harmless.ts';
import { commandPrefix } from '../print/next.ts';
import { questionLines } from '../print/question.ts';
import { DispatchCommand } from './command.ts';

export class QuestionsCommand extends DispatchCommand {
  static override paths = [['questions']];
  static override usage = { category: 'Look', description: 'open questions, of one task or of all' };

  task = Option.String({ name: 'id', required: false });

  override async execute(): Promise<number> {
    const { output, root } = this.context;
    const { runtime, dispatcher, idOf } = await openLibrary(this.context);
    const found = runtime.questionsOf(dispatcher, this.task === undefined ? null : idOf(this.task));
    output.result(found, (page) => {
      const asking = found.filter(({ questions }) => questions.length > 0);
      if (asking.length === 0) return ['No question is open.'];
      return asking.flatMap(({ task_id, task_title, questions }, at) => [
        ...(at === 0 ? [] : ['']),
        `${page.style.bold(task_id)}  ${harmlessLine(task_title)}`,
        ...questions.flatMap((question) => questionLines(question, page)),
        `Next: ${page.style.bold(`${commandPrefix(root)} answer ${task_id} --message "…" --resume`)}`,
      ]);
    });
    return 0;
  }
}
