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
    const [{ hostServer, servedToHosts }, { serve }] = await Promise.all([
      import('../mcp/host-server.ts'),
      import('../mcp/serve.ts'),
    ]);
    if (context.json) {
      output.result(servedToHosts(context), () => []);
      return 0;
    }
    if (process.stdin.isTTY)
      output.aside(
        'This speaks the Model Context Protocol with the host agent that starts it. Ctrl-D ends it.',
      );
    await serve(() => hostServer(context));
    return 0;
  }
}
