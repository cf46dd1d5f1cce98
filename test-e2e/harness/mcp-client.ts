import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Ajv, type ValidateFunction } from 'ajv';
import { closed } from './contract.ts';
import { dispatchProgram } from './dispatch.ts';
import type { ShownError } from './scripted-agent.ts';

/** What a tool answered; its output was held against what the server says of it. */
export type ToolAnswer<T> = { text: string } & (
  { ok: true; data: T; error?: undefined } | { ok: false; error: ShownError; data?: undefined }
);

export interface McpSession {
  client: Client;
  pid: number;
  /** One call of a tool. */
  call<T = Record<string, unknown>>(
    name: string,
    input?: object,
    options?: CallOptions,
  ): Promise<ToolAnswer<T>>;
  close(): Promise<void>;
}

type CallOptions = Parameters<Client['callTool']>[1];

/** Connects the official SDK's own client to `dispatch mcp`, and closes it after `use`. */
export async function withMcp(
  place: { cwd: string; env: Record<string, string> },
  use: (session: McpSession) => Promise<void>,
  {
    args = [],
    name = 'test-client',
    modern = false,
  }: { args?: string[]; name?: string; modern?: boolean } = {},
): Promise<void> {
  const transport = new StdioClientTransport({
    ...{ command: process.execPath, args: [dispatchProgram, 'mcp', ...args] },
    ...{ ...place, stderr: 'inherit' },
  });
  const versions = modern ? { versionNegotiation: { mode: { pin: '2026-07-28' } } } : {};
  const client = new Client({ name, version: '1.0.0' }, versions);
  await client.connect(transport);
  const checks = new Map<string, ValidateFunction>();
  for (const { name: tool, outputSchema } of (await client.listTools()).tools) {
    if (outputSchema === undefined) throw new Error(`${tool} has no output schema`);
    checks.set(tool, new Ajv({ strict: false }).compile(closed(outputSchema) as object));
  }
  const session: McpSession = {
    client,
    pid: transport.pid ?? -1,
    async call<T>(tool: string, input = {}, options: CallOptions = {}) {
      const result = await client.callTool({ name: tool, arguments: { ...input } }, options);
      const [{ text = '' } = {}] = result.content as { text?: string }[];
      if (result.isError === true) return { ok: false, text, error: JSON.parse(text) as ShownError };
      const check = checks.get(tool);
      if (check?.(result.structuredContent) !== true)
        throw new Error(`${tool} breaks its schema: ${JSON.stringify(check?.errors?.slice(0, 3))} ${text}`);
      return { ok: true, text, data: result.structuredContent as T } as ToolAnswer<T>;
    },
    close: () => client.close(),
  };
  try {
    await use(session);
  } finally {
    await session.close();
  }
}
