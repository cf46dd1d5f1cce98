import { UsageError } from '@dispatch/core';
import type { Found, TaskFilter, TaskRow } from '@dispatch/runtime';
import { Option } from '../arguments/clipanion.ts';
import { oneOfWords, pastMoment, wholeNumber } from '../arguments/values.ts';
import { statuses } from '../arguments/words.ts';
import { loadReading, openReading, type Reading } from '../library.ts';
import type { Page } from '../output/output.ts';
import { harmlessLine } from '../print/harmless.ts';
import { commandPrefix, commandsAt } from '../print/next.ts';
import { stateStyle, stateWords } from '../print/status.ts';
import { table } from '../print/table.ts';
import { tokensUsed } from '../print/task.ts';
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
  status = Option.String('--status', {
    description: `${statuses.join(', ')}`,
    validator: oneOfWords(statuses),
  });
  backend = Option.String('--backend', { description: 'of this agent' });
  active = Option.Boolean('--active', false, { description: 'only what is not over' });
  since = Option.String('--since', {
    description: 'changed within 90s, 20m, 2h, 3d, or since a date such as 2026-11-30 or 2026-11-30T10:00',
    validator: pastMoment(),
  });
  words = Option.String('--text', { description: 'with these words in its title or prompt' });
  everywhere = Option.Boolean('--everywhere', false, { description: 'in every store of yours' });

  override async execute(): Promise<number> {
    const { output, root, json } = this.context;
    if (this.all && this.limit !== undefined)
      throw new UsageError('limit_and_all', '--limit and --all are both given', 'Give one of them.');
    const limit = this.limit ?? (this.all || json ? null : shownToPeople);
    // One more than is shown tells whether there are more.
    const asked = { limit: json || limit === null ? limit : limit + 1, ...this.#filter() };
    if (this.everywhere) {
      const { runtime, surroundings } = await loadReading(this.context);
      const found = runtime.everywhere(surroundings, (dispatcher) => runtime.listTasks(dispatcher, asked));
      const rows = newestFirst(found, runtime.unreadableRow).slice(0, asked.limit ?? undefined);
      output.result(rows, (page) => listLines(rows, limit, page, root));
    } else {
      const { runtime, dispatcher } = await openReading(this.context);
      const rows = runtime.listTasks(dispatcher, asked);
      output.result(rows, (page) => listLines(rows, limit, page, root, this.#asksForSome()));
    }
    return 0;
  }

  #asksForSome(): boolean {
    const { status, backend, active, since, words } = this;
    return active || [status, backend, since, words].some((one) => one !== undefined);
  }

  /** Nothing where nothing was asked for: then no more of the index is read than is shown. */
  #filter(): { filter?: TaskFilter } {
    if (!this.#asksForSome()) return {};
    const { status = null, backend = null, active, since, words: text = null } = this;
    const sinceMs = since === undefined ? null : since(this.context.outside.now());
    return { filter: { status, backend, active, sinceMs, text } };
  }
}

/** A row of one store among several. */
type RowOfRoot = TaskRow & { root: string };

/** A store that cannot be read is a row that says so. */
function newestFirst(found: readonly Found<TaskRow[]>[], unreadable: Reading['unreadableRow']): RowOfRoot[] {
  return found
    .flatMap(({ root, found: rows, error }) =>
      (rows ?? [unreadable('', error ?? '')]).map((row) => ({ ...row, root })),
    )
    .sort((one, other) => (one.task_id < other.task_id ? 1 : -1));
}

/** At most `limit` rows as a table, what cannot be believed named below it. `isPart`: not all were asked for. */
export function listLines(
  rows: readonly (TaskRow | RowOfRoot)[],
  limit: number | null,
  page: Page,
  root: string | null,
  isPart = false,
): string[] {
  const { style, now, width } = page;
  const command = commandPrefix(root);
  if (rows.length === 0 && isPart) return ['No such task.'];
  if (rows.length === 0) return ['No tasks yet.', `Next: ${style.bold(`${command} run --prompt "…"`)}`];
  const shown = limit === null ? rows : rows.slice(0, limit);
  // A column that no row has anything in takes the place of titles.
  const roots = shown.some((row) => 'root' in row);
  const tokens = shown.some(({ usage }) => tokensUsed(usage) !== '');
  const readable = (row: TaskRow): boolean => row.created_at !== '';
  const cells = shown.map((row) => [
    row.task_id,
    readable(row) ? stateWords(row) : 'unreadable',
    readable(row) ? relativeTime(row.updated_at, now) : '',
    harmlessLine(row.backend),
    ...(tokens ? [tokensUsed(row.usage)] : []),
    ...(roots ? [harmlessLine('root' in row ? row.root : '')] : []),
    harmlessLine(row.title),
  ]);
  return [
    ...table(
      [
        { title: 'TASK' },
        { title: 'STATE', style: (cell, row) => stateStyle(shown[row]!, style)(cell) },
        { title: 'CHANGED', style: style.dim },
        { title: 'AGENT' },
        ...(tokens ? [{ title: 'TOKENS', style: style.dim }] : []),
        ...(roots ? [{ title: 'STORE', style: style.dim }] : []),
        { title: 'TITLE', shrinks: true },
      ],
      cells,
      width,
      style.dim,
    ),
    ...shown.flatMap((row) => {
      if (row.damage === null) return [];
      const at = 'root' in row ? row.root : root;
      return [
        style.red(`${row.task_id || harmlessLine(at ?? '')}: ${harmlessLine(commandsAt(at, row.damage))}`),
      ];
    }),
    ...(shown.length < rows.length ? [style.dim(`There are more: ${command} list --all`)] : []),
  ];
}
