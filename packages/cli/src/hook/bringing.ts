import type { Notification } from '@dispatch/runtime';
import { harmlessText } from '../print/harmless.ts';

/** So many lines at most; the rest comes the next time. */
const mostLines = 10;
/** Of a text of others, in characters. */
const mostText = 600;

/** What a host is told at once. */
export interface Brought {
  /** Null where there is nothing that still holds. */
  text: string | null;
  /** Whether it is told herewith, or holds no more, and need not be told again. */
  isDone: (one: Notification) => boolean;
}

/**
 * What an agent that is a host is told of its tasks, a line each, open questions first. Texts of others stand in quotes,
 * on that line.
 */
export function bringing(told: readonly Notification[]): Brought {
  const still = stillSo(told);
  const ordered = [...still.filter(asks), ...still.filter((one) => !asks(one))];
  const left = ordered.slice(mostLines);
  const lines = ordered.slice(0, mostLines).map(lineOf);
  if (left.length > 0)
    lines.push(`dispatch: and ${left.length} more, told at the next prompt; \`list\` shows them now.`);
  return { text: lines.length === 0 ? null : lines.join('\n'), isDone: (one) => !left.includes(one) };
}

/** Of each task, up to where all is done: what comes behind something that is not, is told again with it. */
export function doneUpTo(
  told: readonly Notification[],
  isDone: (one: Notification) => boolean,
): Map<string, string> {
  const positions = new Map<string, string>();
  const held = new Set<string>();
  // They come in the order of each journal.
  for (const one of told)
    if (!isDone(one)) held.add(one.task_id);
    else if (!held.has(one.task_id)) positions.set(one.task_id, one.position);
  return positions;
}

/** The questions that are open, and of each other task how it stands. */
function stillSo(told: readonly Notification[]): Notification[] {
  const current = told.filter((one) => one.is_current);
  const asking = new Set(current.filter(asks).map((one) => one.task_id));
  return current.filter((one) => asks(one) || !asking.has(one.task_id));
}

function asks({ question }: Notification): boolean {
  return question !== null;
}

function lineOf(one: Notification): string {
  return `dispatch: task ${one.task_id} (${quoted(one.title)}) ${stateOf(one)}`;
}

function stateOf({ question, status, reason, detail, task_id: id }: Notification): string {
  if (question !== null)
    return `asks, in question ${question.sequence}: ${quoted(question.question)} Put it to the user, then \`answer ${id}\`.`;
  const why = `${reason}${detail === null ? '' : `, ${quoted(detail)}`}`;
  switch (status) {
    case 'completed':
      return `has completed. \`result ${id}\` has what came of it.`;
    case 'failed':
      return `has failed: ${why}. \`inspect ${id}\` says more; trying again is for the user to decide.`;
    case 'cancelled':
      return `was cancelled: ${why}.`;
    default:
      return `awaits the user: ${why}. Look (\`inspect ${id}\`) and tell the user.`;
  }
}

/** JSON escapes C0 only: what else makes a text look like another, or like none, a model reads as well. */
function quoted(text: string): string {
  const characters = [...harmlessText(text)];
  return JSON.stringify(
    characters.length > mostText ? `${characters.slice(0, mostText).join('')}…` : characters.join(''),
  );
}
