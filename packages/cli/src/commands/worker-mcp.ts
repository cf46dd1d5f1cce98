import { UsageError, type TaskMode } from '@dispatch/core';
import { Option } from '../arguments/clipanion.ts';
import { duration, oneOfWords } from '../arguments/values.ts';
import { DispatchCommand } from './command.ts';

const taskModes = ['direct', 'plan', 'discuss'] as const satisfies readonly TaskMode[];

/** The MCP server of one attempt. Agents start it, and speak with it over its stdin and stdout. */
export class WorkerMcpCommand extends DispatchCommand {
  static override paths = [['worker-mcp']];
  static override usage = {
    category: 'Hidden',
    description: 'serves the tools of a worker over stdin and stdout; its agent starts it',
  };

  mode = Option.String('--mode', { required: true, validator: oneOfWords(taskModes) });
  timeout = Option.String('--timeout', { required: true, validator: duration() });

  override async execute(): Promise<number> {
    if (this.timeout === 'none')
      throw new UsageError('invalid_value', '--timeout: a worker never waits without end');
    const { context, mode: taskMode } = this;
    const [{ serve }, { workerServer }] = await Promise.all([
      import('../mcp/serve.ts'),
      import('../mcp/worker-server.ts'),
    ]);
    const limitMs = this.timeout * 1000;
    await serve(() => workerServer(context, { taskMode, limitMs }));
    return 0;
  }
}
