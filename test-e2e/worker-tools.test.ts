// What the worker does by its tools is what it does by `dispatch ask` and files: in every mode, with both agents.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Conversation, ModelServer, SeenProcess, Step } from './harness/index.ts';
import {
  callTool,
  cleanUpAfterEach,
  dispatchProgram,
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
import type { AgentName, SeenTask, Stage } from './harness/stage.ts';
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
      inTaskFolder((folder) => `printf 'The brush is clean.' > ${folder}/mailbox/progress`),
      ({ conversation }) => shell(`${askCommandIn(conversation)} '${question}'`),
      inTaskFolder((folder) => `sed -i 's/\\[ \\]/[x]/' ${folder}/plan.md`),
      inTaskFolder((folder) => `echo 'It is red.' > ${folder}/output.md; touch ${folder}/mailbox/.done`),
      text('Done.'),
    ],
    // The first call is given up by the agent, whose limit is shorter than it thinks.
    insists: [ask, ask, text('Now I know.')],
    waits: [ask, text('Now I know.')],
    goes_on: [text('Painted.'), tool('finish', { output: 'Twice.' }), text('Done.')],
    mistakes: [
      tool('set_plan_item', { item: 'Paint', state: 'done' }),
      tool('set_plan_item', { item: 'Sand the floor', state: 'done' }),
      tool('set_plan_item', { item: 1, state: 'painted' }),
      tool('report_progress', { message: ' ' }),
      tool('set_plan_item', { item: 'frame', state: 'blocked' }),
      tool('finish', {}),
      text('I stop.'),
    ],
    talks: [tool('finish', {}), tool('report_progress', { message: 'I have read it.' }), text('A draft.')],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

interface Told extends SeenTask {
  progress?: { attempt: number; message: string };
}

const inSandbox = { IS_SANDBOX: '1' };
const inTaskFolder =
  (command: (folder: string) => string) =>
  ({ conversation }: { conversation: Conversation }): Step =>
    shell(command(taskFolderIn(conversation)));
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
    expect(processesWithMark(id)).toEqual([]);
  });

  test('the same by tools and by files gives the same task', async () => {
    const story = async (script: string): Promise<{ stage: Stage; id: string }> => {
      const files = { 'plan.md': `${plan}\n${marked(script, `${agent}-same`)}\n` };
      const stage = await setStage(model, agent, { files });
      const tools = script === 'by_files' ? ['--worker-tools', 'off'] : [];
      const id = await stage.run('--from', 'plan.md', ...tools);
      await asked(stage, id);
      await stage.get(['answer', id, '--message', 'Red.']);
      await stage.get(['wait', id]);
      return { stage, id };
    };
    const [one, other] = [await story('by_tools'), await story('by_files')];
    const seen = async ({ stage, id }: { stage: Stage; id: string }): Promise<unknown> => {
      const { status, reason, questions, progress, attempts } = (await stage.status(id)) as Told;
      const told = kinds(stage, id);
      return {
        ...{ status, reason, progress: progress?.message },
        questions: questions.map(({ sequence, question: words, answered_by, taken_by }) => [
          ...[sequence, words, answered_by, taken_by],
        ]),
        ends: attempts.map(({ outcome, exit_code, leftovers }) => [outcome, exit_code, leftovers]),
        kinds: [...new Set(told)].sort(),
        // Beside them stands what the log has told, whenever that was read; two may journal one answer, and the first counts.
        inOrder: told.filter(
          (kind, at) =>
            !kind.startsWith('session_') && (kind !== 'question_answered' || told.indexOf(kind) === at),
        ),
        mailbox: readdirSync(join(taskDir(stage, id), 'mailbox')).sort(),
        output: readFileSync(join(taskDir(stage, id), 'output.md'), 'utf8'),
        plan: readFileSync(join(taskDir(stage, id), 'plan.md'), 'utf8').replace(/\[\[.*\]\]/, ''),
        result: (await stage.get<{ output: unknown }>(['result', id])).output,
      };
    };
    expect(await seen(one)).toEqual(await seen(other));
    const prompts = ['by_tools', 'by_files'].map(
      (script) => userTexts(model.requestsOf(`${script} ${agent}-same`)[0]!)[0],
    );
    expect(prompts[0]).toContain(
      'dispatch_worker gives you ask_user, report_progress, set_plan_item, finish.',
    );
    expect(prompts[1]).not.toContain('dispatch_worker');
  });

  test('the limit of the agent strikes: called again, it waits for the same question', async () => {
    const stage = await setStage(model, agent);
    const marker = `insists ${agent}-1`;
    const id = await stage.run('--prompt', marked('insists', `${agent}-1`), '--', ...shorterLimit(agent));
    await asked(stage, id);
    await until(() => model.requestsOf(marker).length === 2, { what: 'the worker asks again' });
    const [givenUp] = toolResults(model.requestsOf(marker)[1]!);
    expect(givenUp).toMatch(/timed out/);
    expect(await stage.status(id)).toMatchObject({ reason: 'question', pending_question_count: 1 });
    await stage.get(['answer', id, '--message', 'Blue, then.']);
    await stage.get(['wait', id]);
    expect(await stage.status(id)).toMatchObject({
      status: 'completed',
      questions: [{ sequence: '001', taken_by: 'ask' }],
    });
    const [, answer] = toolResults(model.requestsOf(marker)[2]!);
    expect(answer).toContain('Blue, then.');
    expect(answer).not.toContain('before');
  });

  test('cancelled while it asks, nothing of it is left', async () => {
    const stage = await setStage(model, agent);
    const id = await stage.run('--prompt', marked('waits', `${agent}-cancelled`));
    await asked(stage, id);
    expect(serversOf(id)).toHaveLength(1);
    await stage.get(['cancel', id]);
    expect(await stage.status(id)).toMatchObject({ status: 'cancelled', attempts: [{ leftovers: [] }] });
    expect(processesWithMark(id)).toEqual([]);
  });

  test('its server is killed while it asks: the question stays, and its answer comes with the next attempt', async () => {
    const stage = await setStage(model, agent);
    const marker = `waits ${agent}-killed`;
    const id = await stage.run('--prompt', marked('waits', `${agent}-killed`));
    await asked(stage, id);
    for (const { pid } of serversOf(id)) process.kill(pid, 'SIGKILL');
    await until(async () => (await stage.status(id)).attempt_alive === false, { what: 'the turn has ended' });
    expect(await stage.status(id)).toMatchObject({ status: 'awaiting_user', reason: 'question' });
    expect(existsSync(join(taskDir(stage, id), 'mailbox/001.done'))).toBe(false);
    await stage.get(['answer', id, '--message', 'Blue.', '--resume']);
    await stage.get(['wait', id]);
    expect(await stage.status(id)).toMatchObject({
      status: 'completed',
      questions: [{ taken_by: 'prompt' }],
    });
    expect(userTexts(model.requestsOf(marker).at(-1)!).at(-1)).toContain('Blue.');
  });

  test('a session that goes on has them as well', async () => {
    const stage = await setStage(model, agent);
    const id = await stage.run('--prompt', marked('goes_on', `${agent}-1`));
    await stage.get(['wait', id]);
    expect(await stage.status(id)).toMatchObject({ reason: 'turn_succeeded' });
    await stage.get(['resume', id, '--message', 'Once more.']);
    await stage.get(['wait', id]);
    expect(await stage.status(id)).toMatchObject({
      reason: 'worker_marked_done',
      attempts: [{ attempt: 0 }, { attempt: 1, resumes_session: true }],
    });
    expect((await stage.type(['result', id])).stdout).toContain('Twice.');
  });

  test('what cannot be done is said, and a plan that is blocked ends as it does by files', async () => {
    const marker = `mistakes ${agent}-1`;
    const stage = await setStage(model, agent, {
      files: { 'plan.md': `${plan}\n${marked('mistakes', `${agent}-1`)}\n` },
    });
    const id = await stage.run('--from', 'plan.md');
    await stage.get(['wait', id], 20);
    const [twice, unknown, state, empty, blocked, open] = toolResults(model.requestsOf(marker).at(-1)!);
    expect(twice).toContain('1. Paint the door; 2. Paint the frame');
    expect(unknown).toContain('has no item "Sand the floor"');
    expect(state).toMatch(/painted/);
    expect(empty).toContain('message is missing or empty');
    expect(blocked).toContain('[?] Paint the frame');
    expect(open).toContain('the plan has an item that is blocked: Paint the frame');
    expect(await stage.status(id)).toMatchObject({
      reason: 'plan_incomplete',
      detail: 'the plan marks as blocked: Paint the frame',
    });
    expect(kinds(stage, id)).not.toContain('progress_reported');
    expect(existsSync(join(taskDir(stage, id), 'mailbox/.done'))).toBe(false);
  });

  test('who discusses can ask and report, and finishes by words only', async () => {
    const marker = `talks ${agent}-1`;
    const stage = await setStage(model, agent);
    const id = await stage.run('--mode', 'discuss', '--prompt', marked('talks', `${agent}-1`));
    await stage.get(['wait', id], 20);
    expect(await stage.status(id)).toMatchObject({
      reason: 'discussion_draft',
      progress: { message: 'I have read it.' },
    });
    expect(existsSync(join(taskDir(stage, id), 'mailbox/.done'))).toBe(false);
    expect(toolResults(model.requestsOf(marker).at(-1)!)[0]).not.toContain('Recorded.');
  });
});

/** Typed behind `--`, these come after dispatch's own. */
function shorterLimit(agent: AgentName): string[] {
  if (agent === 'codex') return ['-c', 'mcp_servers.dispatch_worker.tool_timeout_sec=2'];
  const args = [dispatchProgram, 'worker-mcp', '--mode', 'direct', '--timeout', '60s'];
  const server = { command: process.execPath, args, timeout: 2000, alwaysLoad: true };
  return ['--mcp-config', JSON.stringify({ mcpServers: { dispatch_worker: server } })];
}

function serversOf(id: string): SeenProcess[] {
  return processesWithMark(id).filter(({ argv }) => argv.includes('worker-mcp'));
}
