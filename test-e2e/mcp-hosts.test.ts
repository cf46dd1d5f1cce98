// Real hosts with `dispatch mcp`: they start a task, are told that it waits, answer, and read what came of it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  callTool,
  cleanUpAfterEach,
  dispatchProgram,
  installAgents,
  livingProcesses,
  marked,
  runAgent,
  shell,
  silence,
  startModelServer,
  text,
  toolResults,
  until,
} from './harness/index.ts';
import type { AgentRun, Conversation, ModelServer } from './harness/index.ts';
import { askCommandIn, setStage, type Stage } from './harness/stage.ts';

let model: ModelServer;
beforeAll(async () => {
  await installAgents();
  model = await startModelServer();
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

type Host = 'claude' | 'codex';

/** What a host is told to have these tools, and to use them unasked. */
function flagsOf(host: Host): string[] {
  const [command, args] = [process.execPath, [dispatchProgram, 'mcp']];
  if (host === 'claude')
    return [
      ...['-p', '--output-format', 'stream-json', '--verbose', '--strict-mcp-config'],
      ...['--mcp-config', JSON.stringify({ mcpServers: { dispatch: { command, args } } })],
      ...['--allowedTools', 'mcp__dispatch'],
    ];
  const settings = {
    ...{ command, args, default_tools_approval_mode: 'approve' },
    // Of its own environment codex hands on nothing but HOME, PATH and the language, unless it is named.
    env_vars: ['STUB_API_KEY', 'CODEX_HOME'],
  };
  return [
    ...['exec', '--json', '-s', 'workspace-write'],
    ...Object.entries(settings).flatMap(([key, value]) => [
      '-c',
      `mcp_servers.dispatch.${key}=${JSON.stringify(value)}`,
    ]),
    '-',
  ];
}

function startHost(
  host: Host,
  { repo, home }: Stage,
  script: string,
  killed?: () => Promise<unknown>,
): Promise<AgentRun> {
  return runAgent(host, flagsOf(host), {
    ...{ cwd: repo, env: home.env, prompt: `Go. ${marked(script)}`, timeoutMs: 110_000 },
    interrupt: killed && { signal: 'SIGKILL', when: killed },
  });
}

const tool = (name: string, input: object) => callTool(`mcp__dispatch__${name}`, input);
const idIn = (conversation: Conversation): string =>
  /"task_id":"([0-9a-z]+)"/.exec(toolResults(conversation).join('\n'))?.[1] ?? '';

const ofTheHost =
  /^(CLAUDECODE|CLAUDE_CODE_(SESSION_ID|ENTRYPOINT|MESSAGING_\w+)|CLAUDE_PROJECT_DIR|AI_AGENT)$/;

describe.each(['claude', 'codex'] as const)('%s as host', (host) => {
  test('run, told that it waits, answer, done', async () => {
    const stage = await setStage(model, 'codex');
    const [worker, script] = [`worker-of-${host}`, `host-${host}`];
    model.script(worker, [
      ({ conversation }) => shell(`${askCommandIn(conversation)} 'Which colour?'`),
      text('The button is blue.'),
    ]);
    model.script(script, [
      tool('run', { prompt: `Paint. ${marked(worker)}`, backend: 'codex', key: 'paint' }),
      ({ conversation }) => tool('wait', { ids: [idIn(conversation)] }),
      ({ conversation }) => tool('questions', { id: idIn(conversation) }),
      ({ conversation }) => tool('answer', { id: idIn(conversation), message: 'Blue.', resume: true }),
      ({ conversation }) => tool('wait', { ids: [idIn(conversation)] }),
      ({ conversation }) => tool('result', { id: idIn(conversation) }),
      text('It is done.'),
    ]);
    const ended = await startHost(host, stage, script);
    expect(ended.exitCode, ended.stderr).toBe(0);
    const [ran, asked, questions, answered, done, result] = toolResults(model.requestsOf(script).at(-1)!);
    expect(ran).toContain('"sandbox":null');
    expect(asked).toMatch(/"status":"awaiting_user"/);
    expect(questions).toContain('Which colour?');
    expect(answered).toContain('"answered":"001"');
    expect(done).toMatch(/"status":"completed"/);
    expect(result).toContain('The button is blue.');
    expect(model.turns(worker)).toEqual([1, 1]);

    // In the host's own folder, with nothing of the host's in its environment.
    const tasks = await stage.get<{ task_id: string }[]>(['list']);
    expect(tasks).toHaveLength(1);
    const grants = join(stage.home.home, '.dispatch/runtime/grants');
    const [file] = readdirSync(grants).filter((name) => name.endsWith('.json'));
    const grant = JSON.parse(readFileSync(join(grants, file!), 'utf8')) as {
      environment: object;
      workspace: string;
    };
    expect(Object.keys(grant.environment).filter((name) => ofTheHost.test(name))).toEqual([]);
    expect(grant.environment).toMatchObject({ STUB_API_KEY: 'stub-key', HOME: stage.home.home });
    expect(grant.workspace).toBe(stage.repo);
  });

  test('killed while it waits, and started again, it misses nothing', async () => {
    const stage = await setStage(model, 'codex');
    const [worker, script, next] = [`slow-of-${host}`, `killed-${host}`, `again-${host}`];
    model.script(worker, [silence({ gate: worker, then: text('All is done.') })]);
    const run = tool('run', { prompt: `Work. ${marked(worker)}`, backend: 'codex', key: 'work' });
    const wait = ({ conversation }: { conversation: Conversation }) =>
      tool('wait', { ids: [idIn(conversation)] });
    model.script(script, [run, wait, text('Never said.')]);
    model.script(next, [run, wait, text('It is done.')]);
    const servers = () =>
      livingProcesses().filter(
        ({ argv, cwd }) => argv.includes(dispatchProgram) && argv.at(-1) === 'mcp' && cwd === stage.repo,
      );
    const killed = await startHost(host, stage, script, async () => {
      await until(() => model.requestsOf(script).length === 2 && model.requestsOf(worker).length === 1, {
        what: 'the host waits and the worker works',
      });
      expect(servers()).toHaveLength(1);
    });
    expect(killed.signal).toBe('SIGKILL');
    await until(() => servers().length === 0, { what: 'the server has gone with its host' });
    const before = await stage.get<{ status: string }[]>(['list']);
    expect(before).toMatchObject([{ status: 'running', attempt_alive: true }]);

    model.release(worker);
    const ended = await startHost(host, stage, next);
    expect(ended.exitCode, ended.stderr).toBe(0);
    const [again, done] = toolResults(model.requestsOf(next).at(-1)!);
    expect(again).toContain('"created":false');
    expect(done).toMatch(/"status":"completed"/);
    expect(model.turns(worker)).toEqual([1]);
  });
});
