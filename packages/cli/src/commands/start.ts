import type { StartPlan } from '@dispatch/runtime';
import { Option } from '../arguments/clipanion.ts';
import { checkCommand, executionMode } from '../arguments/values.ts';
import { checkOption } from '../input/check.ts';
import { openLibrary } from '../library.ts';
import type { Page } from '../output/output.ts';
import { harmlessLine } from '../print/harmless.ts';
import { shellWord } from '@dispatch/core';
import { quoted } from '../print/question.ts';
import { startedLines } from '../print/started.ts';
import { DispatchCommand } from './command.ts';

const shownLines = 20;

export class StartCommand extends DispatchCommand {
  static override paths = [['start']];
  static override usage = {
    category: 'Tasks',
    description: 'starts what was only recorded, because it was asked for inside a sandbox',
    details:
      'Typed outside of the sandbox; shows what will run, and grants it. A mode that is wider than what was asked for\n' +
      'outside before, or than auto at first, has to be typed here.',
  };

  task = Option.String({ name: 'id' });
  executionMode = Option.String('--execution-mode', {
    description: 'instead of the recorded one; needed for a wider one',
    validator: executionMode(),
  });

  verify = Option.String('--verify', {
    description: 'the check; a recorded one has to be typed here',
    validator: checkCommand(),
  });
  noVerify = Option.Boolean('--no-verify', false, { description: 'no check' });

  override async execute(): Promise<number> {
    const { output, root } = this.context;
    const { runtime, dispatcher, idOf } = await openLibrary(this.context);
    const wish = {
      execution_mode: this.executionMode ?? null,
      verify: checkOption(this.verify, this.noVerify),
    };
    const { launch, ...plan } = await runtime.planStart(dispatcher, idOf(this.task), wish);
    output.text((page) => planLines(plan, page));
    const started = await launch();
    output.result({ ...started, ...plan }, (page) => startedLines(started, page, { root }));
    return 0;
  }
}

function planLines(plan: Omit<StartPlan, 'launch'>, page: Page): string[] {
  const {
    command,
    execution_mode: mode,
    workspace,
    verify,
    named_agent: name,
    skill,
    prompt,
    message,
  } = plan;
  const files = skill?.folder ? `, whose files it may read in ${harmlessLine(skill.folder)}` : '';
  return [
    `Runs in ${harmlessLine(workspace)}, mode ${mode}:`,
    `  ${harmlessLine(command.map(shellWord).join(' '))}`,
    ...shortened(prompt, page),
    ...(name === null ? [] : [`asked for as the agent ${harmlessLine(name)}`]),
    ...(skill === null
      ? []
      : [`by the skill ${harmlessLine(skill.name)}${files}:`, ...shortened(skill.text, page)]),
    ...(verify === null ? [] : [`and checks it outside of any sandbox with: ${harmlessLine(verify)}`]),
    ...(message === null ? [] : ['and says to it:', ...shortened(message, page)]),
  ];
}

function shortened(text: string, page: Page): string[] {
  const lines = quoted(text, page.style.dim('│ '));
  if (lines.length <= shownLines) return lines;
  return [...lines.slice(0, shownLines), page.style.dim(`… ${lines.length - shownLines} more lines`)];
}
