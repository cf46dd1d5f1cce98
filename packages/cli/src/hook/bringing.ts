import type { Notification } from '@dispatch/runtime';

/** So many lines at most; the rest is counted. */
const mostLines = 10;
/** Of a text of others, in characters. */
const mostText = 600;

/**
 * What an agent that is a host is told of its tasks, a line each; null where there is nothing that still holds. Texts of
 * others stand in quotes, on that line.
 */
export function bringing(told: readonly Notification[]): string | null {
  const lines = stillSo(told).map(lineOf);
  if (lines.length === 0) return null;
  const left = lines.length - mostLines;
  return [
    ...lines.slice(0, mostLines),
    ...(left > 0 ? [`dispatch: and ${left} more tasks; \`list\` shows them.`] : []),
  ].join('\n');
}

/** The questions that are open, and of each other task how it stands. */
function stillSo(told: readonly Notification[]): Notification[] {
  const current = told.filter((one) => one.is_current);
  const asking = new Set(current.filter(({ question }) => question !== null).map((one) => one.task_id));
  return current.filter(({ question, task_id: id }) => question !== null || !asking.has(id));
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

function quoted(text: string): string {
  const characters = [...text];
  return JSON.stringify(characters.length > mostText ? `${characters.slice(0, mostText).join('')}…` : text);
}
