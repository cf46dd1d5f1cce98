import { UsageError } from '@dispatch/core';
import { Option } from '../arguments/clipanion.ts';
import { wholeNumber } from '../arguments/values.ts';
import { untilStopped } from '../follow/until-stopped.ts';
import { openReading, type Library, type Reading } from '../library.ts';
import { eventLine, placedEvent, positionLines } from '../print/event.ts';
import { DispatchCommand } from './command.ts';

export class EventsCommand extends DispatchCommand {
  static override paths = [['events']];
  static override usage = {
    category: 'Look',
    description: "a task's journal",
    details:
      'Each event has its position; --after takes the last one that was seen, so that nothing is missed. Of what comes\n' +
      'after one --limit shows the next, else the newest.',
    examples: [['what is new', 'dispatch --json events @last --after 12:k3v9…']] as [string, string][],
  };

  task = Option.String({ name: 'id' });
  after = Option.String('--after', { description: 'only what comes after this position' });
  limit = Option.String('--limit', { description: 'at most N events', validator: wholeNumber(1) });
  follow = Option.Boolean('--follow', false, { description: 'go on as events come, until the task is done' });

  override async execute(): Promise<number> {
    const library = await openReading(this.context);
    const id = library.idOf(this.task);
    const { after = null, limit = null } = this;
    if (this.follow && limit !== null)
      throw new UsageError(
        'part_and_whole',
        '--limit asks for a part, and --follow for all that there is',
        'Give one of them.',
      );
    if (this.follow) return this.#follow(library, id);
    const { runtime, dispatcher } = library;
    const { events, position } = runtime.readEvents(dispatcher, id, { after, limit });
    this.context.output.result(events.map(placedEvent), (page) => [
      ...events.map((event) => eventLine(event, page)),
      ...positionLines(position, page),
    ]);
    return 0;
  }

  async #follow({ runtime, dispatcher }: Library<Reading>, id: string): Promise<number> {
    const { output } = this.context;
    let position = this.after ?? null;
    return untilStopped(this.context, async ({ signal, interrupted }) => {
      for await (const event of runtime.followEvents(dispatcher, id, { after: position, signal })) {
        const placed = placedEvent(event);
        output.item(placed, (page) => [eventLine(event, page)]);
        position = placed.position;
      }
      output.result({ task_id: id, position }, (page) => positionLines(position, page));
      return interrupted() ? 130 : 0;
    });
  }
}
