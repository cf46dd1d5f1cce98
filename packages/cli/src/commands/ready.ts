import type { Readiness } from '@dispatch/runtime';
import { loadRuntime } from '../library.ts';
import type { Page } from '../output/output.ts';
import { backendLines } from '../print/backend.ts';
import { harmlessLine } from '../print/harmless.ts';
import { DispatchCommand } from './command.ts';

export class ReadyCommand extends DispatchCommand {
  static override paths = [['ready']];
  static override usage = {
    category: 'Agents',
    description: 'whether a task could be started now, on which agent, and what stands in the way',
    details: 'Ends with 5 where none could. No task is started, no model is called.',
  };

  override async execute(): Promise<number> {
    const { runtime, surroundings } = await loadRuntime(this.context);
    const ready = await runtime.readiness(surroundings);
    this.context.output.result(ready, (page) => lines(ready, page));
    return ready.ready ? 0 : 5;
  }
}

function lines(ready: Readiness, page: Page): string[] {
  const { style } = page;
  const { default_target: target, problems, config_found: found, config_path: path } = ready;
  const model = target?.model == null ? '' : `, model ${target.model}`;
  return [
    ready.ready
      ? `${style.green('ready')}: ${harmlessLine(`${target?.backend ?? ''}${model}`)}`
      : style.red('not ready'),
    ...(target === null ? [] : [style.dim(`  ${harmlessLine(target.why)}`)]),
    ...problems.map((problem) => style.magenta(`  ${harmlessLine(problem)}`)),
    `configuration: ${harmlessLine(path)}${found ? '' : ' (none; none is needed)'}`,
    '',
    ...ready.backends.flatMap((backend) => backendLines(backend, page, { modes: false })),
    style.dim('what each mode means: dispatch backends'),
  ];
}
