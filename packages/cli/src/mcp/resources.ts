import { ResourceNotFoundError, type Server } from '@modelcontextprotocol/server';
import type { ListedTask } from '../contract/tasks.ts';
import { callCommand } from './command-call.ts';
import type { Served } from './served.ts';
import { pageOfTranscript } from './transcript-page.ts';

const json = 'application/json';
const tasksUri = 'dispatch://tasks';
/** Of the newest tasks, so many are listed, and completed to. */
const listed = 50;

export const resourceTemplates = [
  {
    uriTemplate: `${tasksUri}/{id}`,
    name: 'task',
    title: 'A task',
    description: 'a task, its open questions and newest events, as the tool inspect gives it',
    mimeType: json,
  },
  {
    uriTemplate: `${tasksUri}/{id}/transcript{?after}`,
    name: 'transcript',
    title: 'The transcript of a task',
    description:
      'what the agent said and did in the last attempt, page by page; the end of a page names the next one',
    mimeType: 'text/plain',
  },
] as const;

/** Of a task, or of its transcript behind a position. */
const resourceForm = /^dispatch:\/\/tasks\/([^/?#]+)(?:(\/transcript)(?:\?after=([^&#]*))?)?$/;

/** Lets the server, which must have declared `resources` and `completions`, hand out tasks and their transcripts. */
export function addResources(server: Server, served: Served): void {
  server.setRequestHandler('resources/list', async (_request, { mcpReq }) => ({
    resources: [
      {
        ...{ uri: tasksUri, name: 'tasks', title: 'The tasks', mimeType: json },
        description: `the newest ${listed}, newest first`,
      },
      ...(await newest(served, mcpReq.signal)).map(({ task_id, title, status }) => ({
        ...{ uri: `${tasksUri}/${task_id}`, name: task_id, title, mimeType: json },
        description: status,
      })),
    ],
  }));
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [...resourceTemplates] }));
  server.setRequestHandler('resources/read', async ({ params: { uri } }, { mcpReq: { signal } }) => {
    const read = async (argv: string[]): Promise<unknown> => dataOf(uri, argv, served, signal);
    const contents = (mimeType: string, text: string) => ({ contents: [{ uri, mimeType, text }] });
    if (uri === tasksUri)
      return contents(json, JSON.stringify({ tasks: await read(['list', `--limit=${listed}`]) }, null, 2));
    const [, id = '', ofTranscript, after = '0'] = resourceForm.exec(uri) ?? [];
    if (id === '') throw new ResourceNotFoundError(uri, `there is no resource ${uri}`);
    if (ofTranscript === undefined)
      return contents(json, JSON.stringify(await read(['inspect', '--', decoded(id)]), null, 2));
    const page = await pageOfTranscript(uri.replace(/\?.*/, ''), decoded(after), (part) =>
      read(['logs', ...part, '--', decoded(id)]),
    );
    return contents('text/plain', page);
  });
  server.setRequestHandler('completion/complete', async ({ params: { argument } }, { mcpReq }) => {
    const tasks = argument.name === 'id' ? await newest(served, mcpReq.signal) : [];
    const values = tasks.map(({ task_id }) => task_id).filter((id) => id.startsWith(argument.value));
    return { completion: { values, total: values.length, hasMore: false } };
  });
}

async function newest({ outside, root }: Served, signal: AbortSignal): Promise<ListedTask[]> {
  const { envelope } = await callCommand(() => ['list', `--limit=${listed}`], { outside, root, signal });
  return envelope.ok ? (envelope.data as ListedTask[]) : [];
}

/** Throws ResourceNotFoundError in the words of the command. */
async function dataOf(
  uri: string,
  argv: readonly string[],
  { outside, root }: Served,
  signal: AbortSignal,
): Promise<unknown> {
  const { envelope } = await callCommand(() => argv, { outside, root, signal });
  if (envelope.ok) return envelope.data;
  const { code, message, hint } = envelope.error;
  throw new ResourceNotFoundError(uri, `${code}: ${message}${hint === null ? '' : `; ${hint}`}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
