import { Server } from '@modelcontextprotocol/server';
import type { ServedToHosts } from '../contract/care.ts';
import { version } from '../version.ts';
import { commandTools } from './command-tools.ts';
import { addPrompts, prompts } from './prompts.ts';
import { addResources, resourceTemplates } from './resources.ts';
import type { Served } from './served.ts';
import { addTools } from './tools.ts';

/** codex 0.169.0 shows its model the first 250 characters. */
export const instructions =
  'Dispatch hands tasks to coding agents and keeps them: a task goes on without you, whatever becomes of this session. ' +
  'run starts one and returns its id; wait tells when it is done or needs the user; questions, answer and resume are how it ' +
  'goes on, result is what came of it. Each tool is the dispatch command of its name: where a message or hint names an option ' +
  'such as --stall-timeout, that is the argument stall_timeout. The prompt dispatcher has all of it.';

/** What a host is served by: tools, resources and a prompt, each the command of its name. */
export function hostServer(served: Served): Server {
  const server = new Server(
    { name: 'dispatch', title: 'Dispatch', version },
    { capabilities: { tools: {}, resources: {}, prompts: {}, completions: {} }, instructions },
  );
  addTools(server, commandTools(served));
  addResources(server, served);
  addPrompts(server);
  return server;
}

/** The same as a document. */
export function servedToHosts(served: Served): ServedToHosts {
  return {
    tools: commandTools(served).map(({ name, title, description }) => ({ name, title, description })),
    resources: resourceTemplates.map(({ uriTemplate, description }) => ({
      uri: uriTemplate,
      description,
    })),
    prompts: prompts.map(({ name, description }) => ({ name, description })),
  };
}
