import { shellWord } from '@dispatch/core';
import type { TaskView } from '@dispatch/runtime';
import { commandNames } from '../commands/index.ts';
import type { Page } from '../output/output.ts';

/** What may be typed next for a task; `root` is what was typed as `--root`. */
export function nextCommands(task: TaskView, root: string | null): string[] {
  const command = commandPrefix(root);
  const { id } = task;
  const goOn = `${command} resume ${id} --message "…"`;
  const follow = [`${command} wait ${id}`, `${command} logs ${id} --follow`];
  switch (task.status) {
    case 'pending':
      return task.reason === 'sandboxed_host' ? [`${command} start ${id}`] : follow;
    case 'running':
      return follow;
    case 'awaiting_user':
      switch (task.reason) {
        case 'question':
          return [`${command} answer ${id} --message "…"${task.attempt_alive === true ? '' : ' --resume'}`];
        case 'answered':
          return [`${command} resume ${id}`];
        case 'plan_incomplete':
        case 'interrupted':
          return [`${command} resume ${id}`, `${command} logs ${id}`];
        default:
          return [goOn];
      }
    case 'completed':
      return [`${command} result ${id}`, goOn];
    case 'failed':
      return [`${command} logs ${id}`, goOn];
    case 'cancelled':
      return [goOn];
  }
}

/** Lines that end a command's text; `but` is the command that has just been typed. */
export function nextLines(task: TaskView, root: string | null, { style }: Page, but?: string): string[] {
  const commands = nextCommands(task, root).filter(
    (command) => command !== `${commandPrefix(root)} ${but} ${task.id}`,
  );
  return commands.map((command, at) => `${at === 0 ? 'Next:' : '     '} ${style.bold(command)}`);
}

/** `dispatch`, with the root where that was typed: the next command shall find the same store. */
export function commandPrefix(root: string | null): string {
  return root === null ? 'dispatch' : `dispatch --root ${shellWord(root)}`;
}

const typed = new RegExp(`(?<!Form: )\\bdispatch (?=(?:${commandNames.join('|')})\\b)`, 'g');

/** Every command that a sentence names, with the root where that was typed. */
export function commandsAt(root: string | null, sentence: string): string {
  return root === null ? sentence : sentence.replace(typed, () => `${commandPrefix(root)} `);
}
