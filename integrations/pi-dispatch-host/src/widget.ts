import { shortLine } from './short-line.ts';
import { stateWords } from '../../../packages/cli/src/print/state-words.ts';
import type { PiContext } from './pi.ts';
import type { Refusal } from './refusal.ts';
import { nextStep, stateColour, type PlanProgress, type SeenQuestion, type SeenTask } from './task.ts';

/** What a look at the selected task saw. */
export interface Seen {
  task: SeenTask;
  questions: SeenQuestion[];
  plan: PlanProgress | null;
}

type Theme = PiContext['ui']['theme'];

export function statusText({ task }: Seen, theme: Theme): string {
  return `${theme.fg('accent', 'dispatch')} ${theme.fg(stateColour(task.status), stateWords(task))}`;
}

export function widgetLines({ task, questions, plan }: Seen, theme: Theme): string[] {
  const agent = task.model === null ? task.backend : `${task.backend} ${task.model}`;
  const progress = plan === null ? '' : theme.fg('dim', `  plan ${plan.done} of ${plan.total}`);
  const detail = task.detail === null || questions.length > 0 ? '' : `: ${shortLine(task.detail)}`;
  const [first] = questions;
  const more = questions.length > 1 ? theme.fg('dim', `  and ${questions.length - 1} more`) : '';
  return [
    `${theme.bold(task.title)}  ${theme.fg('dim', `${task.id}  ${shortLine(agent, 60)}`)}`,
    `${theme.fg(stateColour(task.status), stateWords(task))}${detail}${progress}`,
    ...(first === undefined ? [] : [`${theme.fg('dim', '│')} ${shortLine(first.question, 400)}${more}`]),
    theme.fg('dim', nextStep(task)),
  ];
}

/** Where dispatch could not be asked: what was seen before may not be so any more, and is not shown. */
export function unknownStatus(theme: Theme): string {
  return `${theme.fg('accent', 'dispatch')} ${theme.fg('warning', 'unknown')}`;
}

export function unknownLines(taskId: string, { message, hint }: Refusal, theme: Theme): string[] {
  return [
    `${theme.fg('dim', 'task')} ${taskId}`,
    theme.fg('warning', `how it stands is unknown: ${shortLine(message)}`),
    ...(hint === null ? [] : [theme.fg('dim', shortLine(hint))]),
  ];
}

/** What a user is told once, while nobody looks; null where it is no news: it works. */
export function newsText({ task, questions }: Seen): string | null {
  if (task.status === 'running' || task.status === 'pending') return null;
  const newest = questions.at(-1);
  const open = questions.length > 1 ? `\n${questions.length} questions are open` : '';
  const what = newest === undefined ? stateWords(task) : `asks: ${shortLine(newest.question, 300)}${open}`;
  return `dispatch: "${task.title}" ${what}\n${nextStep(task)}`;
}

/** The same for the model, without the worker's words: those it reads when it looks. */
export function newsForModel({ task }: Seen): string {
  return (
    `The dispatched task ${task.id} is now ${task.status} (${task.reason}). The user was told. ` +
    `\`dispatch --json inspect ${task.id}\`${task.root === null ? '' : ` with \`--root ${task.root}\``} shows it.`
  );
}

/** Alike as long as there is nothing new to tell. */
export function newsKey({ id, status, reason, attempts, asks }: SeenTask): string {
  return [id, status, reason, attempts, ...asks].join(' ');
}
