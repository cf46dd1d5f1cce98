import { UsageError } from '@dispatch/core';
import type { ResumeRequest } from '@dispatch/runtime';
import { Option } from '../arguments/clipanion.ts';
import { executionMode, oneOfWords } from '../arguments/values.ts';
import { tellStarted } from '../follow/started.ts';
import { readMessage } from '../input/message.ts';
import { openLibrary } from '../library.ts';
import { noInputDescription } from '../input/somebody.ts';
import { DispatchCommand } from './command.ts';

export class ResumeCommand extends DispatchCommand {
  static override paths = [['resume']];
  static override usage = {
    category: 'Tasks',
    description: 'goes on with a task, in the same session of the agent',
    details:
      'The message may be left out where an answer waits to be taken, and after discussion_draft, interrupted,\n' +
      'plan_incomplete, timeout, stalled and verification.\n' +
      'With --fresh another session begins, for one that is lost or leads nowhere. It remembers nothing: it is given\n' +
      'the request again with the plan, context.md, the last messages and what differs in the workspace.',
    examples: [
      ['say more', 'dispatch resume @last --message "Now the other module, too"'],
      ['another agent takes over', 'dispatch resume @last --fresh --backend claude'],
    ] as [string, string][],
  };

  task = Option.String({ name: 'id' });
  message = Option.String('--message', { description: 'what to do now; - reads stdin' });
  executionMode = Option.String('--execution-mode', {
    description: 'read_only, standard, auto or danger; default as before',
    validator: executionMode(),
  });
  mode = Option.String('--mode,--task-mode', {
    description: 'direct, plan or discuss; default as before, and a draft as the plan that it holds',
    validator: oneOfWords(['direct', 'plan', 'discuss']),
  });
  fresh = Option.Boolean('--fresh', false, {
    description: 'in a new session, from a checkpoint of the work',
  });
  backend = Option.String('--backend', { description: 'with --fresh: the agent that takes over' });
  model = Option.String('--model', { description: 'with --fresh: its model; default its own' });
  force = Option.Boolean('--force', false, {
    description: 'in the old session, though each resume of it failed at once',
  });
  foreground = Option.Boolean('--foreground', false, { description: 'show the work; Ctrl-C detaches' });
  noInput = Option.Boolean('--no-input', false, { description: noInputDescription });

  override async execute(): Promise<number> {
    const fresh = this.#fresh();
    const library = await openLibrary(this.context);
    const id = library.idOf(this.task);
    const message =
      this.message === undefined ? null : await readMessage(this.context, this.message, '--message');
    const started = await library.runtime.resumeTask(library.dispatcher, id, {
      message,
      execution_mode: this.executionMode ?? null,
      task_mode: this.mode ?? null,
      fresh,
      insists: this.force,
    });
    return tellStarted(this.context, started, { follows: this.foreground, noInput: this.noInput });
  }

  /** A session belongs to one agent, so that another one needs another session. */
  #fresh(): ResumeRequest['fresh'] {
    const { fresh, backend, model } = this;
    if (fresh) return { backend: backend ?? null, model: model ?? null };
    if (backend === undefined && model === undefined) return null;
    throw new UsageError(
      'needs_fresh',
      `${backend === undefined ? '--model' : '--backend'} moves the task to a new session`,
      'add --fresh, or leave it out to go on in the session that the task has',
    );
  }
}
