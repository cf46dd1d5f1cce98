// What `integrate claude-code` wrote, as the real claude takes it: skill, commands, server, and hooks that bring an event once.
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgentRun, ClaudeVersion, Conversation, ModelServer } from './harness/index.ts';
import {
  callTool,
  cleanUpAfterEach,
  createSandboxHome,
  dataOf,
  dispatchProgram,
  installAgents,
  marked,
  runAgent,
  shell,
  stageIn,
  startModelServer,
  startProgram,
  text,
  toolResults,
  until,
  writeFiles,
  type Stage,
} from './harness/index.ts';

let model: ModelServer;
beforeAll(async () => {
  await installAgents();
  model = await startModelServer();
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

const tool = (name: string) => `mcp__plugin_dispatch_dispatch__${name}`;
const typed = `${process.execPath} ${dispatchProgram}`;

/** Asks once, and stays until it is told to end. */
const asker = `#!/bin/sh
until [ -e "$PWD/ask" ]; do sleep 0.05; done
printf 'Which colour for \\"it\\"?' > "$DISPATCH_TASK_DIR/mailbox/001.question"
sleep 1.5
`;

async function stageOfClaude(claude: ClaudeVersion = '2.1.328'): Promise<Stage> {
  const home = await createSandboxHome({ modelUrl: model.url, claude });
  const done = home.program('done-at-once', '#!/bin/sh\necho done\n');
  const asks = home.program('asker', asker);
  writeFiles(join(home.home, '.dispatch'), {
    'config.yaml': `backends:\n  quick:\n    executable: ${done}\n  asker:\n    executable: ${asks}\n`,
  });
  const stage = stageIn(home);
  dataOf(await stage.type(['integrate', 'claude-code']));
  return stage;
}

/** What a user has allowed who was asked often enough. */
const allowed = ['--allowedTools', 'Bash', 'mcp__plugin_dispatch_dispatch'];

function claude({ cwd, home }: Stage, prompt: string, flags: string[] = allowed): Promise<AgentRun> {
  return runAgent('claude', ['-p', '--output-format', 'stream-json', '--verbose', ...flags], {
    cwd,
    env: home.env,
    prompt,
  });
}

async function runTask(stage: Stage, backend: string): Promise<string> {
  return dataOf(await stage.type(['run', '--backend', backend, '--prompt', `Work by ${backend}.`])).task_id;
}

/** How often the last request of a script has a text; in JSON, as it was sent. */
function timesIn({ messages }: Conversation | { messages: unknown }, words: string): number {
  return JSON.stringify(messages).split(words).length - 1;
}
const lastOf = (script: string) => model.requestsOf(script).at(-1)!;

test.each(['2.1.328', '2.1.250'] as const)('claude %s loads all of it', async (version) => {
  const stage = await stageOfClaude(version);
  const script = `loads-${version.replaceAll('.', '-')}`;
  model.script(script, [callTool(tool('list'), {}), text('Listed.')]);
  // A command of the plugin may use its tools unasked.
  const run = await claude(stage, `/dispatch:list ${marked(script)}`, []);
  expect(run.exitCode, run.stderr).toBe(0);
  const init = run.events.find(({ type, subtype }) => type === 'system' && subtype === 'init')!;
  expect(init).toMatchObject({
    mcp_servers: expect.arrayContaining([
      expect.objectContaining({ name: 'plugin:dispatch:dispatch', status: 'connected' }),
    ]) as unknown,
    plugins: expect.arrayContaining([expect.objectContaining({ name: 'dispatch' })]) as unknown,
    skills: expect.arrayContaining(['dispatch']) as unknown,
    slash_commands: expect.arrayContaining([
      'dispatch',
      ...['answer', 'inspect', 'list', 'result', 'resume', 'run'].map((name) => `dispatch:${name}`),
    ]) as unknown,
    tools: expect.arrayContaining(['run', 'list', 'wait', 'answer', 'result'].map(tool)) as unknown,
  });
  expect(timesIn(lastOf(script), 'Call the tool `list` of dispatch')).toBe(1);
  expect(toolResults(lastOf(script)).join()).toContain('no_store');

  // What is typed behind the skill's own name comes with its text.
  model.script(`${script}-skill`, [text('Read.')]);
  await claude(stage, `/dispatch paint the door ${marked(`${script}-skill`)}`);
  expect(timesIn(lastOf(`${script}-skill`), '# You can dispatch')).toBe(1);
  expect(timesIn(lastOf(`${script}-skill`), 'paint the door')).toBeGreaterThan(0);

  dataOf(await stage.type(['integrate', 'claude-code', '--undo']));
  expect(existsSync(join(stage.home.claudeConfigDir, 'skills'))).toBe(false);
});

test('the plugin is loaded from a checkout as well, and claude finds nothing wrong with either', async () => {
  const stage = await stageOfClaude();
  const checkout = join(import.meta.dirname, '../integrations/claude-code');
  for (const folder of [checkout, join(stage.home.claudeConfigDir, 'skills/dispatch')]) {
    const { ended } = startProgram(
      join(stage.home.bin, 'claude'),
      ['plugin', 'validate', '--strict', folder],
      {
        cwd: stage.cwd,
        env: stage.home.env,
      },
    );
    expect(await ended, folder).toMatchObject({ exitCode: 0 });
  }
  dataOf(await stage.type(['integrate', 'claude-code', '--undo']));
  symlinkSync(dispatchProgram, join(stage.home.bin, 'dispatch'));
  model.script('checkout', [text('Hello.')]);
  const run = await claude(stage, `Hello. ${marked('checkout')}`, ['--plugin-dir', checkout]);
  expect(run.events.find(({ subtype }) => subtype === 'init')).toMatchObject({
    mcp_servers: [expect.objectContaining({ name: 'plugin:dispatch:dispatch', status: 'connected' })],
    slash_commands: expect.arrayContaining(['dispatch:list']) as unknown,
  });
});

describe('an event', () => {
  test('of before the first session is told to none; a later one beside the next prompt, once', async () => {
    const stage = await stageOfClaude();
    const old = await runTask(stage, 'quick');
    await stage.type(['wait', old]);
    model.script('first', [text('Hello.')]);
    const first = await claude(stage, `Hello. ${marked('first')}`);
    expect(timesIn(lastOf('first'), 'dispatch: task')).toBe(0);
    expect(first.exitCode, first.stderr).toBe(0);

    const id = await runTask(stage, 'asker');
    writeFiles(stage.cwd, { ask: '' });
    await stage.type(['wait', id]);
    const session = String(first.events.at(-1)!.session_id);
    model.script('second', [text('It asks.')]);
    await claude(stage, `And now? ${marked('second')}`, ['--resume', session, ...allowed]);
    expect(timesIn(lastOf('second'), `dispatch: task ${id}`)).toBe(1);
    expect(timesIn(lastOf('second'), 'Which colour for')).toBe(1);
    expect(timesIn(lastOf('second'), old)).toBe(0);

    // In the session it stands where it was told; another one hears nothing of it.
    model.script('third', [text('Nothing new.')]);
    await claude(stage, `And now? ${marked('third')}`, ['--resume', session, ...allowed]);
    expect(timesIn(lastOf('third'), `dispatch: task ${id}`)).toBe(1);
    model.script('fourth', [text('Nothing new.')]);
    await claude(stage, `And now? ${marked('fourth')}`);
    expect(timesIn(lastOf('fourth'), `dispatch: task ${id}`)).toBe(0);
  });

  test('that comes while the model works keeps it from stopping, once', async () => {
    const stage = await stageOfClaude();
    dataOf(await stage.type(['init']));
    const work = `${typed} --json run --backend quick --prompt x > ran.json; ${typed} wait @last`;
    model.script('stops', [shell(work), text('I stop.'), text('I have told it.'), text('Never said.')]);
    const run = await claude(stage, `Go. ${marked('stops')}`);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(model.turns('stops')).toEqual([1, 1, 1]);
    expect(timesIn(lastOf('stops'), 'Stop hook feedback')).toBe(1);
    // As the user's message, and once more as what the hook said.
    expect(timesIn(lastOf('stops'), 'has completed. `result ')).toBe(2);
  });

  test('that a tool has shown is not told again', async () => {
    const stage = await stageOfClaude();
    const id = await runTask(stage, 'quick');
    await stage.type(['wait', id]);
    // The prompt itself would bring it: the cursor begins where the session does.
    model.script('shown', [
      callTool(tool('run'), { prompt: 'x', backend: 'quick' }),
      callTool(tool('wait'), { ids: ['@last'] }),
      text('It has ended.'),
      text('Never said.'),
    ]);
    const run = await claude(stage, `Go. ${marked('shown')}`);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(timesIn(lastOf('shown'), 'dispatch: task')).toBe(0);
    expect(model.turns('shown')).toEqual([1, 1, 1]);
  });

  test('that claude has acknowledged by its tool is not told again', async () => {
    const stage = await stageOfClaude();
    dataOf(await stage.type(['init']));
    const work = `${typed} --json run --backend quick --prompt x > ran.json; ${typed} wait @last`;
    model.script('acknowledged', [
      shell(work),
      callTool(tool('ack'), { ids: ['@last'] }),
      text('It has ended.'),
      text('Never said.'),
    ]);
    const run = await claude(stage, `Go. ${marked('acknowledged')}`);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(toolResults(lastOf('acknowledged')).join()).toContain('turn_succeeded');
    expect(timesIn(lastOf('acknowledged'), 'dispatch: task')).toBe(0);
    expect(model.turns('acknowledged')).toEqual([1, 1, 1]);
  });

  test('of a task that claude has just started is told, in a project that had none', async () => {
    const stage = await stageOfClaude();
    model.script('started', [
      callTool(tool('run'), { prompt: 'x', backend: 'quick' }),
      shell(`${typed} wait @last`),
      text('I stop.'),
      text('I have told it.'),
      text('Never said.'),
    ]);
    const run = await claude(stage, `Go. ${marked('started')}`);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(model.turns('started')).toEqual([1, 1, 1, 1]);
    expect(timesIn(lastOf('started'), 'has completed. `result ')).toBe(2);
  });

  test('wakes an idle session that waits in the background, and is told there once', async () => {
    const stage = await stageOfClaude();
    const id = await runTask(stage, 'asker');
    model.script('idle', [
      shell(`${typed} wait ${id}`, { background: true }),
      text('I wait.'),
      text('It asks.'),
      text('Never said.'),
    ]);
    const running = claude(stage, `Wait for it. ${marked('idle')}`);
    await until(() => model.turns('idle').length === 2, { what: 'the session is idle' });
    writeFiles(stage.cwd, { ask: '' });
    const run = await running;
    expect(run.exitCode, run.stderr).toBe(0);
    expect(model.turns('idle')).toEqual([1, 1, 1]);
    expect(timesIn(lastOf('idle'), '<task-notification>')).toBe(1);
    expect(timesIn(lastOf('idle'), `dispatch: task ${id}`)).toBe(1);
  });
});

test('claude as a worker of dispatch is not told what is for its user', async () => {
  const stage = await stageOfClaude();
  dataOf(await stage.type(['init']));
  model.script('user', [text('Hello.')]);
  await claude(stage, `Hello. ${marked('user', 'a')}`);
  const ended = await runTask(stage, 'quick');
  await stage.type(['wait', ended]);
  model.script('worker', [text('Done.')]);
  const { task_id: id } = dataOf(
    await stage.type(['run', '--backend', 'claude', '--prompt', `Work. ${marked('worker')}`]),
  );
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
  expect(timesIn(lastOf('worker'), 'dispatch: task')).toBe(0);
  await claude(stage, `And? ${marked('user', 'b')}`);
  expect(timesIn(lastOf('user'), `dispatch: task ${ended}`)).toBe(1);
  expect(timesIn(lastOf('user'), `dispatch: task ${id}`)).toBe(1);
});

test('a hook says nothing where there is no store, and none is made', async () => {
  const stage = await stageOfClaude();
  model.script('alone', [text('Hello.')]);
  const run = await claude(stage, `Hello. ${marked('alone')}`);
  expect(run.exitCode, run.stderr).toBe(0);
  const hooks = run.events.filter(({ subtype }) => subtype === 'hook_response');
  expect(hooks.length).toBeGreaterThan(0);
  for (const hook of hooks) expect(hook).toMatchObject({ exit_code: 0, stdout: '', stderr: '' });
  expect(readdirSync(stage.cwd)).not.toContain('.dispatch');
});
