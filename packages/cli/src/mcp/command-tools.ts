import { argvOf } from './arguments.ts';
import { callCommand, toolResult, type Answer } from './command-call.ts';
import { madeTools } from './host-tools.generated.ts';
import { hostTools, type HostTool } from './host-tools.ts';
import type { Served } from './served.ts';
import type { Call, Tool } from './tools.ts';
import { tellProgress } from './wait-progress.ts';
import { waitTimeout } from './wait-limit.ts';

/** The tools of a host: each is the command of its name. */
export function commandTools(served: Served): Tool[] {
  return Object.entries(hostTools).map(([name, tool]) => toolOf(name, tool, served));
}

const goOn = 'The tasks go on. Call wait again: nothing is missed.';

function toolOf(name: string, tool: HostTool, { outside, root }: Served): Tool {
  const made = madeTools[name];
  if (made === undefined) throw new Error(`nothing was made of ${name}: npm run generate`);
  const { title, annotations, defaults = {} } = tool;
  const { description, inputSchema, outputSchema } = made;
  const type = (
    command: string,
    input: Readonly<Record<string, unknown>>,
    { signal }: Call,
  ): Promise<Answer> => callCommand(() => argvOf(command, input, made), { outside, root, signal });
  return {
    ...{ name, title, description, inputSchema, annotations },
    ...(outputSchema && { outputSchema }),
    async call(input, call) {
      const given = { ...defaults, ...input };
      if (name !== 'wait') return toolResult(await type(name, given, call), (data) => outputOf(data, tool));
      const timeout = waitTimeout(call.client, outside.environment, input['timeout']);
      const quiet = tellProgress(input, call, { outside, root });
      const answer = await type(name, { ...given, timeout }, call).finally(quiet);
      return toolResult(
        { ...answer, shown: isOver(answer) ? `${answer.shown}\n${goOn}` : answer.shown },
        (data) => ({ ...outputOf(data, tool), ...(isOver(answer) && { note: goOn }) }),
      );
    },
  };
}

function isOver({ envelope }: Answer): boolean {
  return envelope.ok && (envelope.data as { timed_out: boolean }).timed_out;
}

function outputOf(data: unknown, { wraps, omits = [] }: HostTool): Record<string, unknown> {
  if (wraps !== undefined) return { [wraps]: data };
  const fields = Object.entries(data as Record<string, unknown>);
  return Object.fromEntries(fields.filter(([field]) => !omits.includes(field)));
}
