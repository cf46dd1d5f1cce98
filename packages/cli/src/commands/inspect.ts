import { Option } from '../arguments/clipanion.ts';
import { wholeNumber } from '../arguments/values.ts';
import { openReading } from '../library.ts';
import { eventLine, placedEvent, positionLines } from '../print/event.ts';
import { harmlessLine } from '../print/harmless.ts';
import { commandsAt, nextLines } from '../print/next.ts';
import { questionLines } from '../print/question.ts';
import { taskLines } from '../print/task.ts';
import { DispatchCommand } from './command.ts';

export class InspectCommand extends DispatchCommand {
  static override paths = [['inspect']];
  static override usage = {
    category: 'Look',
    description: 'a task, its open questions and newest events',
    details:
      'An id may be shortened to four or more characters of its beginning or end; @last is the newest task.',
    examples: [['the newest task', 'dispatch inspect @last']] as [string, string][],
  };

  task = Option.String({ name: 'id' });
  eventLimit = Option.String('--event-limit', {
    description: 'the newest N events; default 10',
    validator: wholeNumber(0),
  });

  override async execute(): Promise<number> {
    const { output, root } = this.context;
    const { runtime, dispatcher, idOf } = await openReading(this.context);
    const found = runtime.inspectTask(dispatcher, idOf(this.task), { eventLimit: this.eventLimit ?? 10 });
    const { task, pending_questions: questions, recent_events: events, position, damage } = found;
    const data = {
      task_id: task.id,
      ...found,
      pending_question_count: task.pending_question_count,
      recent_events: events.map(placedEvent),
    };
    output.result(data, (page) => [
      ...taskLines(task, page, root),
      ...(damage === null ? [] : ['', page.style.red(`Damaged: ${harmlessLine(commandsAt(root, damage))}`)]),
      ...questions.flatMap((question) => ['', ...questionLines(question, page)]),
      '',
      ...events.map((event) => eventLine(event, page)),
      ...positionLines(position, page),
      '',
      ...nextLines(task, root, page),
    ]);
    return 0;
  }
}
