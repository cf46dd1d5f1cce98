// What the worker does by its tools is what it does by `dispatch ask` and files: in every mode, with both agents.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelServer, Step } from './harness/index.ts';
import {
  callTool,
  cleanUpAfterEach,
  installAgents,
  marked,
  processesWithMark,
  readEvents,
  shell,
  startModelServer,
  text,
  toolResults,
  until,
  userTexts,
} from './harness/index.ts';
import type { SeenTask, Stage } from './harness/stage.ts';
import { askCommandIn, bothAgents, setStage, taskFolderIn } from './harness/stage.ts';

let model: ModelServer;
const question = 'Which colour, "red" or `blue`?';
const plan = '# Door\n\n- [ ] Paint the door\n- [ ] Paint the frame\n';
const tool = (name: string, input: object): Step => callTool(`mcp__dispatch_worker__${name}`, input);
const ask = tool('ask_user', { question });

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    by_tools: [
      tool('report_progress', { message: 'The brush is clean.' }),
      tool('finish', { output: 'Too early.' }),
      ask,
      tool('set_plan_item', { item: 'Paint the door', state: 'done' }),
      tool('set_plan_item', { item: 2, state: 'done' }),
      tool('finish', { output: 'It is red.\n' }),
      text('Done.'),
    ],
    by_files: [
      ({ conversation }) =>
        shell(`printf 'The brush is clean.' > ${taskFolderIn(conversation)}/mailbox/progress`),
      text('I will not say so yet.'),
    ],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

interface Told extends SeenTask {
  progress?: { attempt: number; message: string };
}

const inSandbox = { IS_SANDBOX: '1' };
const taskDir = (stage: Stage, id: string): string => join(stage.root, 'tasks', id);
const kinds = (stage: Stage, id: string): string[] => readEvents(taskDir(stage, id)).map(({ kind }) => kind);

async function asked(stage: Stage, id: string): Promise<void> {
  await until(async () => (await stage.status(id)).reason === 'question', {
    what: 'the task has a question',
  });
}

describe.each(bothAgents)('$agent', ({ agent }) => {
  test.each(['read_only', 'standard', 'auto', 'danger'])('a whole plan in mode %s', async (mode) => {
    const marker = `by_tools ${agent}-${mode}`;
    const stage = await setStage(model, agent, {
      env: inSandbox,
      files: { 'plan.md': `${plan}\n${marked('by_tools', `${agent}-${mode}`)}\n` },
    });
    const id = await stage.run('--from', 'plan.md', '--execution-mode', mode);
    await asked(stage, id);
    const waiting = (await stage.status(id)) as Told;
    expect(waiting).toMatchObject({
      attempt_alive: true,
      progress: { attempt: 0, message: 'The brush is clean.' },
    });
    expect((await stage.type(['inspect', id])).stdout).toContain('The brush is clean.');
    await stage.get(['answer', id, '--message', '-red, "please"\nand soon']);
    await stage.get(['wait', id]);
    expect(await stage.status(id)).toMatchObject({
      status: 'completed',
      reason: 'worker_marked_done',
      attempts: [{ attempt: 0, leftovers: [] }],
      questions: [{ sequence: '001', question, taken_by: 'ask' }],
    });
    const [reported, early, answer, door, frame, done] = toolResults(model.requestsOf(marker).at(-1)!);
    expect(reported).toContain('Reported.');
    expect(early).toContain('the plan has an item that is open: Paint the door');
    expect(answer).toContain('-red, "please"\nand soon');
    expect(door).toContain('[x] Paint the door');
    expect(frame).toContain('[x] Paint the frame');
    expect(done).toContain('Recorded.');
    expect(readFileSync(join(taskDir(stage, id), 'plan.md'), 'utf8')).toContain(
      plan.replaceAll('[ ]', '[x]'),
    );
    expect(readFileSync(join(taskDir(stage, id), 'output.md'), 'utf8')).toBe('It is red.\n');
    expect(model.turns(marker)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(await processesWithMark(id)).toEqual([]);
  });
});
