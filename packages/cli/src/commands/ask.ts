import { EnvironmentError, UsageError } from '@dispatch/core';
import { Option } from '../arguments/clipanion.ts';
import { duration } from '../arguments/values.ts';
import { readMessage } from '../input/message.ts';
import { loadRuntime } from '../library.ts';
import { givenWords } from '../print/given.ts';
import { DispatchCommand } from './command.ts';

const unanswered = 24;

export class AskCommand extends DispatchCommand {
  static override paths = [['ask']];
  static override usage = {
    category: 'For workers',
    description: 'puts a question to the user, waits, prints the answer',
    details:
      'Exit status 24: no answer came in time; what is printed says what to do. Asked again with the same words,\n' +
      'it waits for the answer to the same question.',
    examples: [
      ['one question', 'dispatch ask "Which of the two databases?"'],
      ['a long one', 'dispatch ask - < question.md'],
    ] as [string, string][],
  };

  words = Option.Rest({ name: 'question', required: 1 });
  timeout = Option.String('--timeout', {
    description: 'how long to wait; default below the limit of the agent',
    validator: duration(),
  });

  override async execute(): Promise<number> {
    const { outside, output, json } = this.context;
    const [first = ''] = this.words;
    const question =
      this.words.length === 1 ? await readMessage(this.context, first, 'the question') : this.words.join(' ');
    if (this.timeout === 'none')
      throw new UsageError(
        'invalid_value',
        '--timeout: a worker never waits without end',
        'Form: --timeout TIME',
      );
    const { runtime, surroundings } = await loadRuntime(this.context);
    const timeoutMs = this.timeout === undefined ? null : this.timeout * 1000;
    const { clock } = surroundings;
    const asked = await runtime.ask(
      { environment: outside.environment, question, clock, timeoutMs },
      (given) => {
        if (json) output.result({ kind: 'answered', ...given }, () => []);
        else output.raw(givenWords(given));
        // Whoever records now that it was taken would lose it.
        if (output.closed.aborted)
          throw new EnvironmentError(
            'output_closed',
            'the answer could not be printed: nobody reads',
            'ask again',
          );
      },
    );
    if (asked.kind === 'answered') return 0;
    if (json) output.result(asked, () => []);
    else output.raw(`${asked.advice}\n`);
    return unanswered;
  }
}
