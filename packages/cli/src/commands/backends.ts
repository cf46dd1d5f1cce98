import type { BackendReport } from '@dispatch/runtime';
import { loadRuntime } from '../library.ts';
import type { Page } from '../output/output.ts';
import { backendLines } from '../print/backend.ts';
import { DispatchCommand } from './command.ts';

export class BackendsCommand extends DispatchCommand {
  static override paths = [['backends']];
  static override usage = {
    category: 'Agents',
    description: 'every agent: installed or not, its version, logged in or not, what each mode means with it',
    details: 'Asks the programs for their version and login. No task is started, no model is called.',
  };

  override async execute(): Promise<number> {
    const { runtime, surroundings } = await loadRuntime(this.context);
    const backends = await runtime.reportBackends(surroundings);
    this.context.output.result({ backends }, (page) => lines(backends, page));
    return 0;
  }
}

function lines(backends: readonly BackendReport[], page: Page): string[] {
  return backends.flatMap((backend, at) => [
    ...(at === 0 ? [] : ['']),
    ...backendLines(backend, page, { modes: backend.installed }),
  ]);
}
