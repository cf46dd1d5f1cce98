import { UsageError } from '@dispatch/core';
import type { TaskRow } from '@dispatch/runtime';
import { Option } from '../arguments/clipanion.ts';
import { wholeNumber } from '../arguments/values.ts';
import { openLibrary } from '../library.ts';
import type { Page } from '../output/output.ts';
import { harmlessLine } from '../print/harmless.ts';
import { commandPrefix, commandsAt } from '../print/next.ts';
import { stateStyle, stateWords } from '../print/status.ts';
import { table } from '../print/table.ts';
import { relativeTime } from '../print/time.ts';
import { DispatchCommand } from './command.ts';

const shownToPeople = 20;

export class ListCommand extends DispatchCommand {
  static override paths = [['list']];
  static override usage = {
    category: 'Look',
    description: 'the tasks, newest first',
    details: `People are shown the newest ${shownToPeople} unless told otherwise; --json lists all.`,
  };

  limit = Option.String('--limit', { description: 'the newest N', validator: wholeNumber(1) });
  all = Option.Boolean('--all', false, { description: 'every task' });

  override async execute(): Promise<number> {
    const { output, root, json } = this.context;
    if (this.all && this.limit !== undefined)
      throw new UsageError('limit_and_all', '--limit and --all are both given', 'Give one of them.');
    const limit = this.limit ?? (this.all || json ? null : shownToPeople);
    const { runtime, dispatcher } = await openLibrary(this.context);
    // One more than is shown tells whether there are more.
    const rows = runtime.listTasks(dispatcher, { limit: json || limit === null ? limit : limit + 1 });
    output.result(rows, (page) => listLines(rows, limit, page, root));
    return 0;
  }
}

/** At most `limit` rows as a table, what cannot be believed named below it. */
export function listLines(
  rows: readonly TaskRow[],
  limit: number | null,
  page: Page,
  root: string | null,
): string[] {
  const { style, now, width } = page;
  const command = commandPrefix(root);
  if (rows.length === 0) return ['No tasks yet.', `Next: ${style.bold(`${command} run --prompt "…"`)}`];
  const shown = limit === null ? rows : rows.slice(0, limit);
  const readable = (row: TaskRow): boolean => row.created_at !== '';
  const cells = shown.map((row) => [
    row.task_id,
    readable(row) ? stateWords(row) : 'unreadable',
    readable(row) ? relativeTime(row.updated_at, now) : '',
    harmlessLine(row.backend),
    harmlessLine(row.title),
  ]);
  return [
    ...table(
      [
        { title: 'TASK' },
        { title: 'STATE', style: (cell, row) => stateStyle(shown[row]!, style)(cell) },
        { title: 'CHANGED', style: style.dim },
        { title: 'AGENT' },
        { title: 'TITLE', shrinks: true },
      ],
      cells,
      width,
      style.dim,
    ),
    ...shown.flatMap(({ task_id, damage }) =>
      damage === null ? [] : [style.red(`${task_id}: ${harmlessLine(commandsAt(root, damage))}`)],
    ),
    ...(shown.length < rows.length ? [style.dim(`There are more: ${command} list --all`)] : []),
  ];
}
