import { dispatcherPrompt } from '@dispatch/core';
import { ProtocolError, ProtocolErrorCode, type Server } from '@modelcontextprotocol/server';

export const prompts = [
  {
    name: 'dispatcher',
    title: 'Dispatch',
    description: 'how to hand tasks to coding agents with these tools, and what to do with what comes back',
    text:
      'You have the tools of dispatch: where this text names a command such as `dispatch wait ID --timeout 9m`, call the tool ' +
      `of that name with the arguments ids and timeout instead.\n\n${dispatcherPrompt}`,
  },
] as const;

/** Lets the server, which must have declared `prompts`, hand them out. */
export function addPrompts(server: Server): void {
  server.setRequestHandler('prompts/list', () => ({
    prompts: prompts.map(({ name, title, description }) => ({ name, title, description })),
  }));
  server.setRequestHandler('prompts/get', ({ params }) => {
    const prompt = prompts.find(({ name }) => name === params.name);
    if (prompt === undefined)
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `there is no prompt ${JSON.stringify(params.name)}`,
      );
    const { description, text } = prompt;
    return { description, messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }] };
  });
}
