import { UsageError } from '@dispatch/core';
import type { QuestionsOfTask } from '@dispatch/runtime';
import { Option } from '../arguments/clipanion.ts';
import { loadReading, openReading } from '../library.ts';
import { harmlessLine } from '../print/harmless.ts';
import { commandPrefix } from '../print/next.ts';
import { questionLines } from '../print/question.ts';
import { fit } from '../print/width.ts';
import { DispatchCommand } from './command.ts';

export class QuestionsCommand extends DispatchCommand {
  static override paths = [['questions']];
  static override usage = { category: 'Look', description: 'open questions, of one task or of all' };

  task = Option.String({ name: 'id', required: false });

  everywhere = Option.Boolean('--everywhere', false, { description: 'in every store of yours' });

  override async execute(): Promise<number> {
    const { output, root } = this.context;
    const found = this.everywhere ? await this.#everywhere() : await this.#here();
    output.result(found, (page) => {
      const asking = found.filter(({ questions }) => questions.length > 0);
      const unreadable = found.flatMap(({ root: at = '', damage = null }) =>
        damage === null ? [] : [page.style.red(`${harmlessLine(at)}: ${harmlessLine(damage)}`)],
      );
      if (asking.length === 0) return [...unreadable, 'No question is open.'];
      const shown = asking.flatMap(({ task_id, task_title, questions, root: at = root }, index) => [
        ...(index === 0 ? [] : ['']),
        `${page.style.bold(task_id)}  ${fit(harmlessLine(task_title), page.width - task_id.length - 2)}`,
        ...questions.flatMap((question) => questionLines(question, page)),
        `Next: ${page.style.bold(`${commandPrefix(at)} answer ${task_id} --message "…" --resume`)}`,
      ]);
      return [...shown, ...unreadable];
    });
    return 0;
  }

  async #here(): Promise<Asking[]> {
    const { runtime, dispatcher, idOf } = await openReading(this.context);
    return runtime.questionsOf(dispatcher, this.task === undefined ? null : idOf(this.task));
  }

  async #everywhere(): Promise<Asking[]> {
    if (this.task !== undefined)
      throw new UsageError(
        'invalid_value',
        '--everywhere asks about all tasks, and one is named',
        'Leave one of them out.',
      );
    const { runtime, surroundings } = await loadReading(this.context);
    return runtime
      .everywhere(surroundings, (dispatcher) => runtime.questionsOf(dispatcher, null))
      .flatMap(({ root, found, error }) =>
        found === null ? [unreadable(root, error)] : found.map((one) => ({ ...one, root, damage: null })),
      );
  }
}

/** `root`: of a store that is one of several; `damage`: why that one cannot be read, and nothing else is known. */
type Asking = QuestionsOfTask & { root?: string; damage?: string | null };

function unreadable(root: string, damage: string): Asking {
  return { task_id: '', task_title: '', status: 'failed', questions: [], root, damage };
}
