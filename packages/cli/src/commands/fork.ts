import { Option } from '../arguments/clipanion.ts';
import { executionMode, oneOfWords } from '../arguments/values.ts';
import { taskModes } from '../arguments/words.ts';
import { tellStarted } from '../follow/started.ts';
import { readTaskInput } from '../input/task-input.ts';
import { openLibrary } from '../library.ts';
import { noInputDescription } from '../input/somebody.ts';
import { DispatchCommand } from './command.ts';

export class ForkCommand extends DispatchCommand {
  static override paths = [['fork']];
  static override usage = {
    category: 'Tasks',
    description: 'makes a new task that begins with all that the agent of another one remembers',
    details:
      'The new one has the agent, the folder and the settings of the other, and a copy of its session; the other task\n' +
      'and its session stay as they are.',
    examples: [['try another way', 'dispatch fork @last --prompt "The same without the new dependency"']] as [
      string,
      string,
    ][],
  };

  task = Option.String({ name: 'id' });
  prompt = Option.String('--prompt', { description: 'what is to be done; - reads stdin' });
  from = Option.String('--from', { description: 'the same as a file: a prompt or a plan' });
  mode = Option.String('--mode,--task-mode', 'auto', {
    description: 'auto, direct, plan or discuss',
    validator: oneOfWords(taskModes),
  });
  model = Option.String('--model', { description: 'default that of the other task' });
  executionMode = Option.String('--execution-mode', {
    description: 'read_only, standard, auto or danger; default that of the other task',
    validator: executionMode(),
  });
  titleText = Option.String('--title', { description: 'instead of the beginning of the prompt' });
  key = Option.String('--key', { description: 'the same key gives the same task' });
  foreground = Option.Boolean('--foreground', false, { description: 'show the work; Ctrl-C detaches' });
  noInput = Option.Boolean('--no-input', false, { description: noInputDescription });

  override async execute(): Promise<number> {
    const { prompt, from, mode } = this;
    const input = await readTaskInput(this.context, { prompt, from, mode });
    const { runtime, dispatcher, idOf } = await openLibrary(this.context);
    const started = await runtime.forkTask(dispatcher, idOf(this.task), {
      ...input,
      title: this.titleText ?? null,
      model: this.model ?? null,
      execution_mode: this.executionMode ?? null,
      key: this.key ?? null,
    });
    return tellStarted(this.context, started, { follows: this.foreground, noInput: this.noInput });
  }
}
