import {
  CLIENT_INFO_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  type CallToolResult,
  type Server,
  type ServerContext,
  type Tool as ListedTool,
} from '@modelcontextprotocol/server';

/** A tool, as the client is told of it. Its input and output are objects. */
export interface ToolWords {
  name: string;
  title: string;
  description: string;
  inputSchema: ListedTool['inputSchema'];
  outputSchema?: ListedTool['outputSchema'];
  annotations: Required<Omit<NonNullable<ListedTool['annotations']>, 'title'>>;
}

export interface Tool extends ToolWords {
  /** `input` is an object, and nothing else of it has been looked at. What is thrown is a bug. */
  call(input: Readonly<Record<string, unknown>>, call: Call): Promise<CallToolResult>;
}

/** One call of a tool. */
export interface Call {
  /** Aborted where the client takes the call back, or goes. */
  signal: AbortSignal;
  /** Name of the client's program as it says it; empty where it says none. */
  client: string;
  /** Tells the client how far the call has come; null where it did not ask for that. */
  progress: ((message: string) => void) | null;
}

/** Lets the server, which must have declared `tools`, list these tools and carry out calls of them, several at once. */
export function addTools(server: Server, tools: readonly Tool[]): void {
  server.setRequestHandler('tools/list', () => ({ tools: tools.map(listed) }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (tool === undefined)
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `there is no tool ${JSON.stringify(params.name)}`,
      );
    return tool.call(params.arguments ?? {}, callOf(server, context));
  });
}

function listed({ name, title, description, inputSchema, outputSchema, annotations }: Tool): ListedTool {
  return { name, title, description, inputSchema, ...(outputSchema && { outputSchema }), annotations };
}

function callOf(server: Server, { mcpReq }: ServerContext): Call {
  const { progressToken } = mcpReq._meta ?? {};
  let progress = 0;
  return {
    signal: mcpReq.signal,
    client: clientOf(server, mcpReq),
    progress:
      progressToken === undefined
        ? null
        : (message) => {
            progress += 1;
            const params = { progressToken, progress, message };
            // Where nobody listens any more, the call is about to be aborted.
            void mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
          },
  };
}

/** Since 2026-07-28 each request says it; before, the first one did. */
function clientOf(server: Server, { envelope }: ServerContext['mcpReq']): string {
  const said = (envelope as Record<string, unknown> | undefined)?.[CLIENT_INFO_META_KEY];
  const known = (said as { name?: unknown } | undefined)?.name ?? server.getClientVersion()?.name;
  return typeof known === 'string' ? known : '';
}
