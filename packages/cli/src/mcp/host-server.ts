import { Server } from '@modelcontextprotocol/server';
import type { Context } from '../context.ts';
import type { ServedToHosts } from '../contract/care.ts';
import { version } from '../version.ts';
import { callCommand } from './command-call.ts';
import { addTools, type Tool } from './tools.ts';

const readOnly = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

export function hostServer(context: Context): Server {
  const server = new Server(
    { name: 'dispatch', title: 'Dispatch', version },
    { capabilities: { tools: {} } },
  );
  addTools(server, toolsFor(context));
  return server;
}

/** The same as a document. */
export function servedToHosts(context: Context): ServedToHosts {
  return { tools: toolsFor(context).map(({ name, title, description }) => ({ name, title, description })) };
}

function toolsFor(context: Context): Tool[] {
  const root = context.root === null ? [] : ['--root', context.root];
  return [
    {
      name: 'list',
      title: 'List tasks',
      description: 'The tasks, newest first.',
      inputSchema: { type: 'object', properties: {} },
      annotations: readOnly,
      async call(_input, { signal }) {
        const said = await callCommand([...root, '--json', 'list'], context.outside, signal);
        const text = JSON.stringify(said.ok ? said.data : said.error);
        return { isError: !said.ok, content: [{ type: 'text', text }] };
      },
    },
  ];
}
