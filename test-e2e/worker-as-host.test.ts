// A worker whose agent brings the user's own `dispatch mcp` along: it runs outside of every sandbox, and knows whom it serves.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Conversation, ModelServer } from './harness/index.ts';
import {
  callTool,
  cleanUpAfterEach,
  dispatchProgram,
  installAgents,
  marked,
  startModelServer,
  text,
  toolResults,
} from './harness/index.ts';
import { setStage, type SeenTask, type Stage } from './harness/stage.ts';

let model: ModelServer;
beforeAll(async () => {
  await installAgents();
  model = await startModelServer();
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

const tool = (name: string, input: object) => callTool(`mcp__dispatch__${name}`, input);

/** As the user has it: for all that the agent does, and asked about nothing. */
function bringAlong({ agent, home }: Stage): void {
  const [command, args] = [process.execPath, [dispatchProgram, 'mcp']];
  if (agent === 'codex') {
    const table = { command, args, env_vars: ['CODEX_HOME'], default_tools_approval_mode: 'approve' };
    const lines = Object.entries(table).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
    return appendFileSync(
      join(home.codexHome, 'config.toml'),
      `\n[mcp_servers.dispatch]\n${lines.join('\n')}\n`,
    );
  }
  const state = { mcpServers: { dispatch: { command, args } } };
  writeFileSync(join(home.claudeConfigDir, '.claude.json'), JSON.stringify(state));
  const path = join(home.claudeConfigDir, 'settings.json');
  const settings = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...settings, permissions: { allow: ['mcp__dispatch'] } }));
}

test.each([
  { agent: 'codex', mode: 'read_only' },
  { agent: 'codex', mode: 'auto' },
  { agent: 'claude', mode: 'read_only' },
  { agent: 'claude', mode: 'auto' },
] as const)('$agent in $mode: what its worker asks for is recorded, and nothing is done', async (one) => {
  const stage = await setStage(model, one.agent);
  bringAlong(stage);
  const [script, inner] = [`brings-${one.agent}-${one.mode}`, `inner-${one.agent}-${one.mode}`];
  const other = await stage.get<{ task_id: string }>([
    ...['run', '--mode', 'discuss', '--no-agent', '--prompt', 'Wait for me.'],
  ]);
  const own = ({ conversation }: { conversation: Conversation }) =>
    /tasks\/([0-9a-z]{14})/.exec(JSON.stringify(conversation))![1]!;
  model.script(script, [
    tool('run', {
      ...{ prompt: `Do. ${marked(inner)}`, backend: one.agent, key: 'inner' },
      ...{ execution_mode: 'danger' },
    }),
    tool('run', {
      ...{ prompt: `Do. ${marked(inner)}`, backend: one.agent, key: 'inner' },
      ...{ execution_mode: 'danger' },
    }),
    tool('resume', { id: other.task_id, message: 'Go on.', execution_mode: 'danger' }),
    tool('cancel', { id: other.task_id }),
    tool('ack', { ids: [other.task_id] }),
    (asked) => tool('answer', { id: own(asked), message: 'Yes.' }),
    text('I tried.'),
  ]);
  model.script(inner, [text('Never.')]);
  const id = await stage.run('--execution-mode', one.mode, '--prompt', `Go. ${marked(script)}`);
  await stage.get(['wait', id]);
  const [ran, again, resumed, cancelled, noted, answered] = toolResults(model.requestsOf(script).at(-1)!);
  expect(ran).toMatch(/"status":"pending"/);
  expect(ran).toMatch(/"sandbox":"this server (was started by|carries)/);
  expect(ran).toMatch(/"start_hint":"dispatch .*start /);
  expect(again).toMatch(/"created":false/);
  expect(resumed).toMatch(/"status":"pending"/);
  for (const refused of [cancelled, noted, answered]) expect(refused).toContain('"sandboxed"');

  expect(model.turns(inner)).toEqual([]);
  const tasks = await stage.get<{ task_id: string; status: string; reason: string }[]>(['list']);
  expect(tasks).toHaveLength(3);
  for (const task of tasks.filter(({ task_id }) => task_id !== id)) {
    expect(task).toMatchObject({ status: 'pending', reason: 'sandboxed_host' });
    const seen: SeenTask = await stage.status(task.task_id);
    expect(seen.attempts).toEqual([]);
  }
});
