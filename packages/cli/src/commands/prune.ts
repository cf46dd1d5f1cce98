import { Option } from '../arguments/clipanion.ts';
import { pastMoment } from '../arguments/values.ts';
import { openLibrary } from '../library.ts';
import { harmlessLine } from '../print/harmless.ts';
import { relativeTime } from '../print/time.ts';
import { DispatchCommand } from './command.ts';

const defaultDays = 30;

export class PruneCommand extends DispatchCommand {
  static override paths = [['prune']];
  static override usage = {
    category: 'Care',
    description: 'removes tasks that are over and old, with all that was kept for them',
    details:
      'Only what is completed, failed or cancelled is removed, and nothing in your workspaces. A `resume` at the same\n' +
      'instant comes first or is refused. A key of a task that is gone makes no other.',
    examples: [['what would go', 'dispatch prune --older-than 90d --dry-run']] as [string, string][],
  };

  olderThan = Option.String('--older-than', {
    description: `not changed for so long, or since a date; default ${defaultDays}d`,
    validator: pastMoment(),
  });
  dryRun = Option.Boolean('--dry-run', false, { description: 'only says what would go' });

  override async execute(): Promise<number> {
    const { output, outside } = this.context;
    const { runtime, dispatcher } = await openLibrary(this.context);
    const now = outside.now();
    const untilMs = this.olderThan === undefined ? now - defaultDays * 86_400_000 : this.olderThan(now);
    const pruned = await runtime.pruneTasks(dispatcher, { untilMs, dryRun: this.dryRun });
    output.result(pruned, ({ style, now: shownAt }) => [
      ...pruned.tasks.map(
        ({ task_id: id, title, status, updated_at: at }) =>
          `${id}  ${status}  ${relativeTime(at, shownAt)}  ${harmlessLine(title)}`,
      ),
      pruned.tasks.length === 0
        ? 'There is nothing to remove.'
        : style.bold(`${this.dryRun ? 'Would remove' : 'Removed'} ${pruned.tasks.length}.`),
    ]);
    return 0;
  }
}
