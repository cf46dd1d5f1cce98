import { UsageError } from '@dispatch/core';
import { Option } from '../arguments/clipanion.ts';
import { wholeNumber } from '../arguments/values.ts';
import { followAttempt } from '../follow/follow-attempt.ts';
import { copyLog } from '../follow/raw-log.ts';
import { untilStopped } from '../follow/until-stopped.ts';
import { isSomebodyThere, noInputDescription } from '../input/somebody.ts';
import { openLibrary, openReading, type Library, type Reading } from '../library.ts';
import type { Page } from '../output/output.ts';
import { harmlessLine, harmlessText } from '../print/harmless.ts';
import { transcriptLines } from '../print/transcript.ts';
import { DispatchCommand } from './command.ts';

type RawLog = ReturnType<Reading['rawLog']>;

export class LogsCommand extends DispatchCommand {
  static override paths = [['logs']];
  static override usage = {
    category: 'Look',
    description: 'what the agent said and did',
    details:
      'One attempt, the last unless told otherwise. --follow with --json prints one value a line. Each step has its\n' +
      'position: of what comes after one --limit shows the next, else the newest.',
    examples: [
      ['as it works', 'dispatch logs @last --follow'],
      ['byte for byte', 'dispatch logs @last --raw > agent.log'],
    ] as [string, string][],
  };

  task = Option.String({ name: 'id' });
  follow = Option.Boolean('--follow', false, {
    description: 'go on until the attempt ends; Ctrl-C ends it before',
  });
  noInput = Option.Boolean('--no-input', false, { description: noInputDescription });
  attempt = Option.String('--attempt', {
    description: 'attempt N, counted from 0',
    validator: wholeNumber(0),
  });
  after = Option.String('--after', { description: 'only what comes after this position' });
  limit = Option.String('--limit', { description: 'at most N steps', validator: wholeNumber(1) });
  raw = Option.Boolean('--raw', false, { description: 'exactly what the agent wrote to stdout' });
  stderr = Option.Boolean('--stderr', false, { description: 'exactly what it wrote to stderr' });

  override async execute(): Promise<number> {
    const raw = this.stderr ? '--stderr' : this.raw ? '--raw' : null;
    if (raw !== null && this.context.json)
      throw new UsageError('raw_and_json', `${raw} and --json are both given`, 'Give one of them.');
    const part = [
      this.after === undefined ? [] : '--after',
      this.limit === undefined ? [] : '--limit',
    ].flat();
    if (part.length > 0 && (this.follow || raw !== null))
      throw new UsageError(
        'part_and_whole',
        `${part[0]} asks for a part, and ${raw ?? '--follow'} for all that there is`,
        'Give one of them.',
      );
    // Who follows may answer.
    if (this.follow && raw === null) return this.#follow(await openLibrary(this.context));
    const library = await openReading(this.context);
    const { id, log } = this.#found(library);
    if (raw === null) return this.#read(library, id, log);
    const path = this.stderr ? log.stderr_path : log.stdout_path;
    return copyLog(this.context, library, { id, path, attempt: log.attempt, follow: this.follow });
  }

  #found({ runtime, dispatcher, idOf }: Library<Reading>): { id: string; log: RawLog } {
    const id = idOf(this.task);
    const ofPosition = this.after === undefined ? null : runtime.transcriptPlace(this.after).attempt;
    const attempt = this.attempt ?? ofPosition;
    if (ofPosition !== null && ofPosition !== attempt)
      throw new UsageError(
        'position_unknown',
        `--after ${this.after} is a position in attempt ${ofPosition}, and --attempt ${attempt} is given`,
        'Leave one of them out.',
      );
    return { id, log: runtime.rawLog(dispatcher, id, { attempt }) };
  }

  /** Piece by piece: a log may be larger than the memory. */
  async #read({ runtime, dispatcher }: Library<Reading>, id: string, log: RawLog): Promise<number> {
    const { output, json } = this.context;
    const { after = null, limit = null } = this;
    const whole = runtime.readTranscript(dispatcher, id, { attempt: log.attempt });
    const transcript = runtime.partOfTranscript(whole, { after, limit });
    let position: string | null = after;
    const placed = function* () {
      for (const event of transcript) {
        position = event.at;
        yield event;
      }
    };
    if (json) await output.list({ task_id: id, ...log }, 'transcript', placed(), () => ({ position }));
    else
      for (const event of placed()) {
        output.text((page) => transcriptLines(event, page));
        if (output.closed.aborted) break;
      }
    if (!json) output.text((page) => stderrLines(log, page, position === null));
    return 0;
  }

  async #follow(library: Library): Promise<number> {
    const { id, log } = this.#found(library);
    const { attempt } = log;
    const { output } = this.context;
    const { runtime, dispatcher } = library;
    const asks = isSomebodyThere(this.context, runtime, { noInput: this.noInput });
    return untilStopped(this.context, async (stop) => {
      const position = await followAttempt(this.context, library, { id, attempt, asks, stop });
      const end = runtime.rawLog(dispatcher, id, { attempt });
      output.result({ task_id: id, ...end, position }, (page) => stderrLines(end, page, position === null));
      return stop.interrupted() ? 130 : 0;
    });
  }
}

/** What an unsuccessful attempt said beside its log; where the log is empty, that it is. */
function stderrLines({ kind, stderr, stderr_path: path }: RawLog, page: Page, silent: boolean): string[] {
  if (kind === 'interactive')
    return [
      page.style.dim('it was in a terminal: what was said there is in the session, which the agent keeps'),
    ];
  if (stderr === null)
    return silent
      ? [page.style.dim(`nothing was written to stdout; stderr: ${page.link(harmlessLine(path), path)}`)]
      : [];
  const lines = harmlessText(stderr).split('\n');
  return [page.style.bold('stderr'), ...lines.map((line) => `  ${line}`)];
}
