import { renderUpdates, type Updates } from './updates.ts';

export interface ResumePrompt extends Updates {
  /** Absolute. */
  taskDir: string;
  workspaceRoot: string;
  /** The worker's rules, where they are others than the session has heard. */
  rules?: string | null;
  /** The session was begun by hand and has heard nothing of dispatch yet. */
  isAdopted?: boolean;
  /** The most the agent takes, in UTF-16 units; null or absent for no limit. */
  maxChars?: number | null;
}

/**
 * The prompt that continues a session: a line with the task's paths, every answer not yet taken, the notice of an
 * interruption, the message. The worker's rules are in the session already. Over `maxChars` answers and message are
 * pointed to by path.
 */
export function renderResumePrompt(prompt: ResumePrompt): string {
  const whole = render(prompt, true);
  return typeof prompt.maxChars === 'number' && whole.length > prompt.maxChars
    ? render(prompt, false)
    : whole;
}

function render(prompt: ResumePrompt, inline: boolean): string {
  const { taskDir, workspaceRoot, isAdopted = false } = prompt;
  // Text stands before the paths: a prompt that begins with `/` is a slash command to some agents.
  const begins = isAdopted ? 'This session goes on as a dispatch task.' : 'Your dispatch task goes on.';
  const paths = `${begins} Task folder: ${taskDir} (plan.md, output.md, context.md, mailbox/). Workspace: ${workspaceRoot}.`;
  const news = renderUpdates(prompt, { taskDir, inline });
  if (prompt.rules)
    return [
      paths,
      isAdopted ? 'From here on these rules hold:' : 'The rules are others from here on; these hold now:',
      prompt.rules,
      ...news,
      'Go on with the task by these rules, from what was said so far.',
    ].join('\n\n') + '\n';
  if (news.length === 0) news.push('Look at plan.md and the working tree, and go on where you stopped.');
  return [paths, ...news].join('\n\n') + '\n';
}
