import type { CallToolResult } from '@modelcontextprotocol/server';
import type { TaskLog } from '../contract/tasks.ts';
import { argvOf } from './arguments.ts';
import { callCommand, toolResult, type Answer } from './command-call.ts';
import { cutAnswer } from './cut.ts';
import { madeTools } from './host-tools.generated.ts';
import { hostTools, type HostTool } from './host-tools.ts';
import type { Served } from './served.ts';
import type { Call, Tool } from './tools.ts';
import { stepLines } from './transcript-page.ts';
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
      const given = Object.fromEntries(
        Object.entries({ ...defaults, ...input }).map(([key, value]) => [
          key,
          value ?? defaults[key] ?? null,
        ]),
      );
      if (name === 'logs') return logsResult(await type(name, given, call), tool);
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

/** Its command shows people a transcript step by step, so its text is made here. */
function logsResult(answer: Answer, tool: HostTool): CallToolResult {
  if (!answer.envelope.ok) return toolResult(answer, () => ({}));
  const output = outputOf(answer.envelope.data, tool);
  const { transcript } = output as { transcript: TaskLog['transcript'] };
  const shown = transcript.flatMap(stepLines).join('\n').trim();
  return toolResult({ ...answer, shown: shown === '' ? 'no steps' : shown }, () => output);
}

function outputOf(data: unknown, { wraps, omits = [], cut }: HostTool): Record<string, unknown> {
  if (wraps !== undefined) return { [wraps]: data };
  const fields = Object.entries(data as Record<string, unknown>);
  const output = Object.fromEntries(fields.filter(([field]) => !omits.includes(field)));
  if (cut === undefined) return output;
  const { data: short, what } = cutAnswer(output, cut.list ?? null);
  return what === null ? short : { ...short, cut: `${what}; ${cut.whole}` };
}
