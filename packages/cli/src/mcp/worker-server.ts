import { Server, type CallToolResult } from '@modelcontextprotocol/server';
import { DispatchError, workerToolsFor, type TaskMode, type WorkerTool } from '@dispatch/core';
import type { ItemState } from '@dispatch/runtime';
import type { Context } from '../context.ts';
import { loadRuntime } from '../library.ts';
import { givenWords } from '../print/given.ts';
import { version } from '../version.ts';
import { addTools, type Call, type Tool } from './tools.ts';
import { optionalText, requiredText, requiredWord, requireKnown } from './worker-input.ts';
import { workerToolWords } from './worker-tool-words.ts';

/** Far more often than any client gives a silent call up. */
const progressEveryMs = 15_000;

/** What the server is started for. */
export interface WorkerServing {
  taskMode: TaskMode;
  /** How long a question waits for its answer in one call. */
  limitMs: number;
}

type Input = Readonly<Record<string, unknown>>;
type Act = (input: Input, call: Call) => Promise<string>;

/**
 * The tools by which the worker of one attempt asks, reports and finishes. Each does what a command or a file does, and
 * touches nothing but the files that a worker may write.
 */
export function workerServer(context: Context, serving: WorkerServing): Server {
  const server = new Server(
    { name: 'dispatch_worker', title: "Dispatch's tools for a worker", version },
    { capabilities: { tools: {} } },
  );
  const acts = actsOf(context, serving);
  const tools = workerToolsFor(serving.taskMode).map((name): Tool => ({
    name,
    ...workerToolWords[name],
    call: (input, call) =>
      answered(async () => {
        requireKnown(input, workerToolWords[name].inputSchema);
        return acts[name](input, call);
      }),
  }));
  addTools(server, tools);
  return server;
}

function actsOf(context: Context, { taskMode, limitMs }: WorkerServing): Record<WorkerTool, Act> {
  const { environment } = context.outside;
  // Loaded by the first call: until the tools are listed, the agent's first turn waits.
  const opened = async () => {
    const { runtime, surroundings } = await loadRuntime(context);
    return { runtime, surroundings, taskDir: runtime.workersTaskDir(environment) };
  };
  return {
    async ask_user(input, { signal, progress }) {
      const { runtime, surroundings } = await opened();
      const { clock } = surroundings;
      const question = requiredText(input, 'question');
      const ticks = setInterval(() => progress?.('waiting for the answer of the user'), progressEveryMs);
      return new Promise<string>((resolve, reject) => {
        runtime
          .ask({ environment, question, clock, timeoutMs: limitMs, signal }, async (given) => {
            resolve(givenWords(given));
            await sent();
            // It may not have been heard, and is handed over once more.
            if (signal.aborted) throw new Error('the call was taken back');
          })
          .then((asked) => {
            if (asked.kind === 'unanswered') resolve(asked.advice);
          }, reject);
      }).finally(() => clearInterval(ticks));
    },
    async report_progress(input) {
      const { runtime, taskDir } = await opened();
      runtime.reportProgress(taskDir, requiredText(input, 'message'));
      return 'Reported.';
    },
    async set_plan_item(input) {
      const { runtime, taskDir } = await opened();
      const wanted = typeof input['item'] === 'number' ? String(input['item']) : requiredText(input, 'item');
      const state = requiredWord(input, 'state', Object.keys(runtime.itemStates)) as ItemState;
      const set = runtime.setPlanItem(taskDir, wanted, state);
      return `plan.md now says: [${set.mark}] ${set.text}`;
    },
    async finish(input) {
      const { runtime, taskDir } = await opened();
      runtime.finish(taskDir, taskMode, optionalText(input, 'output'));
      return 'Recorded. End your turn now.';
    },
  };
}

/** What is resolved now is on its way to the client by then: a pipe takes it at once. */
function sent(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function answered(act: () => Promise<string>): Promise<CallToolResult> {
  try {
    return { content: [{ type: 'text', text: await act() }] };
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error;
    const { message, hint } = error;
    return {
      isError: true,
      content: [{ type: 'text', text: hint === null ? message : `${message}\n${hint}` }],
    };
  }
}
