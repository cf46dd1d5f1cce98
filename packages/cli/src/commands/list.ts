import { UsageError } from '@dispatch/core';
import type { Found, TaskFilter, TaskRow } from '@dispatch/runtime';
import { Option } from '../arguments/clipanion.ts';
import { cursorName, oneOfWords, pastMoment, wholeNumber } from '../arguments/values.ts';
import { statuses } from '../arguments/words.ts';
import { loadReading, openReading, type Reading } from '../library.ts';
import { listLines, type ListOptions, type Row, type RowOfRoot } from '../print/list.ts';
import { DispatchCommand } from './command.ts';

const shownToPeople = 20;

export class ListCommand extends DispatchCommand {
  static override paths = [['list']];
  static override usage = {
    category: 'Look',
    description: 'the tasks, newest first',
    details:
      `People are shown the newest ${shownToPeople} unless told otherwise; --json lists all.\n` +
      'At a terminal --watch draws the list anew in place; elsewhere it prints a line for each task and each change, with\n' +
      '--json a value.',
    examples: [['what is going on, everywhere', 'dispatch list --active --everywhere --watch']] as [
      string,
      string,
    ][],
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
  unacknowledged = Option.Boolean('--unacknowledged', false, {
    description: 'only what has ended or needs you, and no host has taken note of with `dispatch ack`',
  });
  as = Option.String('--as', {
    description: 'with --unacknowledged: has not been taken note of by this cursor, whatever others have',
    validator: cursorName(),
  });

  watch = Option.Boolean('--watch', false, {
    description: 'go on, and show what changes; Ctrl-C ends it',
  });

  override async execute(): Promise<number> {
    const { output, root, json } = this.context;
    if (this.all && this.limit !== undefined)
      throw new UsageError('limit_and_all', '--limit and --all are both given', 'Give one of them.');
    if (this.as !== undefined && !this.unacknowledged)
      throw new UsageError(
        'invalid_value',
        '--as names a cursor, and --unacknowledged is not given',
        'Give both, or neither.',
      );
    const limit = this.limit ?? (this.all || json ? null : shownToPeople);
    // One more than is shown tells whether there are more.
    const asked = () => ({ limit: json || limit === null ? limit : limit + 1, ...this.#filter() });
    const options = { limit, root, isPart: !this.everywhere && this.#asksForSome() };
    if (this.watch) return this.#watch(asked, options);
    const rows = this.everywhere ? await this.#everywhere(asked()) : await this.#here(asked());
    output.result(rows, (page) => listLines(rows, options, page));
    return 0;
  }

  async #here(asked: Asked): Promise<Row[]> {
    const { runtime, dispatcher } = await openReading(this.context);
    return runtime.listTasks(dispatcher, asked);
  }

  async #everywhere(asked: Asked): Promise<Row[]> {
    const { runtime, surroundings } = await loadReading(this.context);
    const found = runtime.everywhere(surroundings, (dispatcher) => runtime.listTasks(dispatcher, asked));
    return newestFirst(found, runtime).slice(0, asked.limit ?? undefined);
  }

  async #watch(asked: () => Asked, options: ListOptions): Promise<number> {
    const { context, everywhere } = this;
    const { watchList } = await import('../follow/watch-list.ts');
    if (!everywhere) {
      const { runtime, dispatcher } = await openReading(context);
      const looks = (signal: AbortSignal) => runtime.listTasksAgain(dispatcher, asked, { signal });
      return watchList(context, runtime, { looks, options });
    }
    const { runtime, surroundings } = await loadReading(context);
    return watchList(context, runtime, {
      options,
      async *looks(signal: AbortSignal) {
        for await (const found of runtime.listEverywhereAgain(surroundings, asked, { signal }))
          yield newestFirst(found, runtime).slice(0, asked().limit ?? undefined);
      },
    });
  }

  #asksForSome(): boolean {
    const { status, backend, active, since, words } = this;
    return active || this.unacknowledged || [status, backend, since, words].some((one) => one !== undefined);
  }

  /** Nothing where nothing was asked for: then no more of the index is read than is shown. */
  #filter(): { filter?: TaskFilter } {
    if (!this.#asksForSome()) return {};
    const { status = null, backend = null, active, since, words: text = null } = this;
    const sinceMs = since === undefined ? null : since(this.context.outside.now());
    const by = this.as === undefined ? 'any_cursor' : { cursor: this.as };
    const unacknowledged = this.unacknowledged ? by : null;
    return { filter: { status, backend, active, sinceMs, text, unacknowledged } };
  }
}

interface Asked {
  limit: number | null;
  filter?: TaskFilter;
}

/** A store that cannot be read is a row that says so. */
function newestFirst(found: readonly Found<TaskRow[]>[], { unreadableRow }: Reading): RowOfRoot[] {
  return found
    .flatMap(({ root, found: rows, error }) =>
      (rows ?? [unreadableRow('', error ?? '')]).map((row) => ({ ...row, root })),
    )
    .sort((one, other) => (one.task_id < other.task_id ? 1 : -1));
}
