import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import {
  createFile,
  hasCompletionMarker,
  completionMarkerPath,
  parseChecklist,
  planState,
  PlantedLink,
  putProgress,
  readRegular,
  RefusedError,
  replaceFile,
  requireFolder,
  setMark,
  type ChecklistItem,
  type Mark,
  type TaskMode,
} from '@dispatch/core';

/** The states of a checklist item and their marks. */
export const itemStates = {
  pending: ' ',
  in_progress: '>',
  done: 'x',
  blocked: '?',
  failed: '!',
} as const satisfies Record<string, Mark>;
export type ItemState = keyof typeof itemStates;

/** Says how far the work has come. Throws UsageError `letter_empty`. */
export function reportProgress(taskDir: string, message: string): void {
  putProgress(mailboxOf(taskDir), message);
}

/**
 * Sets the mark of one item of plan.md and leaves everything else of it as it is, byte by byte; returns the item as it
 * stands now. Throws RefusedError `no_plan`, `plan_item_unknown`, `plan_item_ambiguous`.
 */
export function setPlanItem(taskDir: string, wanted: string, state: ItemState): ChecklistItem {
  const path = join(taskDir, 'plan.md');
  const bytes = readRegular(path);
  const text = bytes === null ? null : textOf(bytes, path);
  if (text === null || parseChecklist(text).items.length === 0)
    throw new RefusedError(
      'no_plan',
      text === null ? `there is no ${path}` : `${path} holds no checklist item`,
      'write the plan first, one `- [ ] step` a line',
    );
  const set = setMark(text, wanted, itemStates[state]);
  const named = JSON.stringify(wanted);
  if (set.kind === 'unknown')
    throw new RefusedError('plan_item_unknown', `plan.md has no item ${named}`, choice(text, set.candidates));
  if (set.kind === 'ambiguous')
    throw new RefusedError(
      'plan_item_ambiguous',
      `${named} fits ${set.candidates.length} items of plan.md`,
      choice(text, set.candidates),
    );
  if (set.text !== text) replaceFile(path, set.text, 'durable');
  return set.item;
}

/** What is no UTF-8 would not come back as it was. */
function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new RefusedError('no_plan', `${path} is no UTF-8`, 'write it anew as plain text', { cause });
  }
}

const listedAtMost = 20;

function choice(text: string, candidates: readonly ChecklistItem[]): string {
  const { items } = parseChecklist(text);
  const lines = candidates
    .slice(0, listedAtMost)
    .map(({ line, text: words }) => `${items.findIndex((one) => one.line === line) + 1}. ${words}`);
  const more = candidates.length - lines.length;
  return `name one by its number or its whole text: ${lines.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

/**
 * Says that all is done, as the completion marker does; `output` becomes output.md before. Throws RefusedError
 * `plan_open` where the task would not count as completed for it, PlantedLink where no marker can be made; then nothing is written.
 */
export function finish(taskDir: string, taskMode: TaskMode, output: string | null): void {
  const mailbox = mailboxOf(taskDir);
  if (taskMode === 'plan') requirePlanDone(join(taskDir, 'plan.md'));
  const marker = completionMarkerPath(mailbox);
  const isMarked = hasCompletionMarker(mailbox);
  if (!isMarked && lstatSync(marker, { throwIfNoEntry: false }) !== undefined) throw new PlantedLink(marker);
  if (output !== null) replaceFile(join(taskDir, 'output.md'), output, 'durable');
  if (!isMarked) createFile(marker, '', 'durable');
}

function requirePlanDone(path: string): void {
  const { state, item } = planState(readRegular(path)?.toString('utf8') ?? '');
  if (item === null) return;
  const words = { failed_item: 'failed', blocked_item: 'blocked', incomplete: 'open' }[state];
  throw new RefusedError(
    'plan_open',
    `the plan has an item that is ${words}: ${item.text}`,
    'finish it and mark it as done; or, if you cannot, end your turn without finishing: the marks say why',
  );
}

function mailboxOf(taskDir: string): string {
  const mailbox = join(taskDir, 'mailbox');
  requireFolder(mailbox);
  return mailbox;
}
