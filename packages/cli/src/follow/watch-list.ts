import type { Context } from '../context.ts';
import type { Reading } from '../library.ts';
import type { Page } from '../output/output.ts';
import { changeLine, goneLine, screenLines, type ListOptions, type Row } from '../print/list.ts';
import { clip } from '../print/width.ts';
import { ListChanges } from './list-changes.ts';
import { isLive } from './live-view.ts';
import { untilStopped } from './until-stopped.ts';

interface Watched {
  /** The rows as they are now, again and again. */
  looks(signal: AbortSignal): AsyncIterable<readonly Row[]>;
  options: ListOptions;
}

/** Shows a list that goes on: drawn in place for whoever sees that, otherwise change by change. Returns the exit status. */
export function watchList(context: Context, runtime: Reading, watched: Watched): Promise<number> {
  const { output } = context;
  return untilStopped(context, async ({ signal, interrupted }) => {
    await (isLive(context, runtime) ? draw : tell)(context, watched, signal);
    output.result({ interrupted: interrupted() }, () => []);
    return interrupted() ? 130 : 0;
  });
}

async function draw({ output, outside }: Context, { looks, options }: Watched, signal: AbortSignal) {
  let rows: readonly Row[] = [];
  const lines = (): string[] => {
    const { page } = output;
    // A line is left for what is typed afterwards.
    const height = Math.max(2, outside.terminal().height - 1);
    return screenLines(rows, options, page, height).map((line) => clip(line, page.width));
  };
  const below = output.openBelow({ stays: true });
  const undo = [
    outside.muteKeys(),
    outside.onResize(() => {
      output.refit();
      below.redraw(lines());
    }),
  ];
  try {
    for await (rows of looks(signal)) below.show(lines());
  } finally {
    below.close();
    for (const one of undo) one();
  }
}

async function tell({ output }: Context, { looks, options: { limit } }: Watched, signal: AbortSignal) {
  const changes = new ListChanges((row) => (output.json ? JSON.stringify(row) : wordsOf(row, output.page)));
  for await (const rows of looks(signal)) {
    const { changed, gone } = changes.since(limit === null ? rows : rows.slice(0, limit));
    for (const row of gone) output.item({ type: 'gone', ...idOf(row) }, (page) => [goneLine(row, page)]);
    // The oldest first, as it came to be.
    for (const row of changed.toReversed())
      output.item({ type: 'task', ...row }, (page) => [changeLine(row, page)]);
    if (output.closed.aborted) return;
  }
}

/** The time of a change alone tells people nothing. */
function wordsOf(row: Row, page: Page): string {
  return changeLine({ ...row, updated_at: '' }, page);
}

function idOf(row: Row): { task_id: string; root?: string } {
  return { task_id: row.task_id, ...('root' in row ? { root: row.root } : {}) };
}
