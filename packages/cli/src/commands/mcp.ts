import { DispatchCommand } from './command.ts';

export class McpCommand extends DispatchCommand {
  static override paths = [['mcp']];
  static override usage = {
    category: 'Agents',
    description: 'serves these commands to a host agent as tools of the Model Context Protocol',
    details:
      'A host starts it and speaks with it over stdin and stdout until it closes them; --json prints what is served\n' +
      'instead. What a call has started goes on without it.',
    examples: [
      ['in Claude Code', 'claude mcp add dispatch -- dispatch mcp'],
      ['in codex', 'codex mcp add dispatch -- dispatch mcp'],
    ] as [string, string][],
  };

  override async execute(): Promise<number> {
    const { context } = this;
    const { output } = context;
    const [{ hostServer, servedToHosts }, { serve }, { attemptAbove }] = await Promise.all([
      import('../mcp/host-server.ts'),
      import('../mcp/serve.ts'),
      import('@dispatch/runtime/read'),
    ]);
    if (context.json) {
      output.result(servedToHosts(context), () => []);
      return 0;
    }
    if (process.stdin.isTTY)
      output.aside(
        'This speaks the Model Context Protocol with the host agent that starts it. Ctrl-D ends it.',
      );
    const { root, outside } = context;
    // At once: whoever started this may end, and then nobody tells any more whose it was.
    const served = { root, outside: { ...outside, confined: attemptAbove(outside.environment) } };
    await serve(() => hostServer(served));
    return 0;
  }
}
