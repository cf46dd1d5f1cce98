import type { TaskRow } from '@dispatch/runtime';
import type { Page } from '../output/output.ts';
import { harmlessLine } from './harmless.ts';
import { commandPrefix, commandsAt } from './next.ts';
import { stateWords } from './state-words.ts';
import { stateStyle } from './status.ts';
import { table } from './table.ts';
import { tokensUsed } from './task.ts';
import { relativeTime } from './time.ts';
import { wrap } from './wrap.ts';

/** A row of one store among several. */
export type RowOfRoot = TaskRow & { root: string };
export type Row = TaskRow | RowOfRoot;

export interface ListOptions {
  /** So many are shown. */
  limit: number | null;
  /** What was typed as `--root`. */
  root: string | null;
  /** Not all were asked for. */
  isPart?: boolean;
}

/** At most `limit` rows as a table, what cannot be believed named below it. */
export function listLines(rows: readonly Row[], options: ListOptions, page: Page): string[] {
  const { limit, root, isPart = false } = options;
  const { style } = page;
  const command = commandPrefix(root);
  if (rows.length === 0 && isPart) return ['No such task.'];
  if (rows.length === 0) return ['No tasks yet.', `Next: ${style.bold(`${command} run --prompt "…"`)}`];
  const shown = limit === null ? rows : rows.slice(0, limit);
  return [
    ...tableLines(shown, page),
    ...shown.flatMap((row) => damageLines(row, root, page)),
    ...(shown.length < rows.length ? [style.dim(`There are more: ${command} list --all`)] : []),
  ];
}

/** The same on a screen: where it is too low the newest, and how many more there are. */
export function screenLines(
  rows: readonly Row[],
  options: ListOptions,
  page: Page,
  height: number,
): string[] {
  const whole = listLines(rows, options, page);
  if (whole.length <= height) return whole;
  const { limit, root } = options;
  const wanted = Math.min(rows.length, limit ?? rows.length);
  // Between heading and last line.
  const shown = Math.min(wanted, Math.max(1, height - 2));
  const older = rows.length > wanted ? `, and older ones: ${commandPrefix(root)} list --all` : '';
  const more = wanted > shown ? [page.style.dim(`… ${wanted - shown} more${older}`)] : [];
  return [...tableLines(rows.slice(0, shown), page), ...more].slice(0, Math.max(1, height));
}

/** What has become of one task, as one line: when, which, what. */
export function changeLine(row: Row, { style }: Page): string {
  const { task_id: id, updated_at: at, backend, title } = row;
  const root = 'root' in row ? [harmlessLine(row.root)] : [];
  const words = [style.dim(at), id, stateStyle(row, style)(stateOf(row)), harmlessLine(backend), ...root];
  return [...words, harmlessLine(title)].join('  ');
}

/** A task that is in the list no longer. */
export function goneLine({ task_id: id, title }: Row, { style, now }: Page): string {
  return `${style.dim(new Date(now).toISOString())}  ${id}  ${style.dim('in this list no more')}  ${harmlessLine(title)}`;
}

/** Below that titles need the room more than tokens do. */
const wideEnough = 100;

function tableLines(shown: readonly Row[], { style, now, width }: Page): string[] {
  // A column that no row has anything in takes the place of titles.
  const roots = shown.some((row) => 'root' in row);
  const tokens = width >= wideEnough && shown.some(({ usage }) => tokensUsed(usage) !== '');
  const cells = shown.map((row) => [
    row.task_id,
    stateOf(row),
    isReadable(row) ? relativeTime(row.updated_at, now) : '',
    harmlessLine(row.backend),
    ...(tokens ? [tokensUsed(row.usage)] : []),
    ...(roots ? [harmlessLine('root' in row ? row.root : '')] : []),
    harmlessLine(row.title),
  ]);
  return table(
    [
      { title: 'TASK' },
      { title: 'STATE', shrinks: 4, least: 14, style: (cell, row) => stateStyle(shown[row]!, style)(cell) },
      { title: 'CHANGED', style: style.dim },
      { title: 'AGENT', shrinks: 3 },
      ...(tokens ? [{ title: 'TOKENS', style: style.dim }] : []),
      ...(roots ? [{ title: 'STORE', shrinks: 2, least: 16, keepsEnd: true, style: style.dim }] : []),
      { title: 'TITLE', shrinks: 1, least: 18 },
    ],
    cells,
    width,
    style.dim,
  );
}

function isReadable(row: Row): boolean {
  return row.created_at !== '';
}

function stateOf(row: Row): string {
  return isReadable(row) ? stateWords(row) : 'unreadable';
}

function damageLines(row: Row, root: string | null, { style, width }: Page): string[] {
  if (row.damage === null) return [];
  const at = 'root' in row ? row.root : root;
  const words = `${row.task_id || harmlessLine(at ?? '')}: ${harmlessLine(commandsAt(at, row.damage))}`;
  return wrap(words, width, 2).map(style.red);
}
