import { Option } from '../arguments/clipanion.ts';
import { executionMode } from '../arguments/values.ts';
import { tellStarted } from '../follow/started.ts';
import { requireFolderOption } from '../input/folder.ts';
import { loadRuntime } from '../library.ts';
import { DispatchCommand } from './command.ts';

export class AdoptCommand extends DispatchCommand {
  static override paths = [['adopt']];
  static override usage = {
    category: 'Tasks',
    description: 'makes a task of a session that was begun by hand',
    details:
      'Starts nothing: resume goes on with the session, in the folder in which it was begun. A session belongs to one\n' +
      'task; go on with it by hand through enter only. --session is the id that the agent names it by, for pi its file.',
    examples: [
      ['claude, as its /status names the session', 'dispatch adopt --backend claude --session 3f1c…'],
    ] as [string, string][],
  };

  backend = Option.String('--backend', {
    required: true,
    description: 'the agent: codex, claude, pi, or a name of the configuration',
  });
  session = Option.String('--session', { required: true, description: 'the id of the session, or its file' });
  model = Option.String('--model', { description: 'as the agent names it; default its own' });
  workspace = Option.String('--workspace', '.', {
    description: 'where the session was begun; default the working folder',
  });
  executionMode = Option.String('--execution-mode', {
    description: 'auto (default), read_only, standard, danger',
    validator: executionMode(),
  });
  force = Option.Boolean('--force', false, {
    description: 'though it is not found where the agent keeps its sessions',
  });
  titleText = Option.String('--title', { description: 'instead of one that names the session' });

  override async execute(): Promise<number> {
    const { runtime, surroundings } = await loadRuntime(this.context);
    const adopted = await runtime.adoptSession(surroundings, {
      backend: this.backend,
      session: this.session,
      model: this.model ?? null,
      workspace: requireFolderOption(this.context.cwd, this.workspace, '--workspace'),
      execution_mode: this.executionMode ?? null,
      title: this.titleText ?? null,
      insists: this.force,
    });
    return tellStarted(this.context, adopted, { follows: false });
  }
}
