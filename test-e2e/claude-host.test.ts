// An unsandboxed host: a task that claude starts outlives it, and nothing of the host's own goes into the task.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelServer, Reply } from './harness/index.ts';
import {
  cleanUpAfterEach,
  createSandboxHome,
  dispatchProgram,
  installAgents,
  isDispatch,
  livingProcesses,
  marked,
  processesWithMark,
  runAgent,
  shell,
  silence,
  stageIn,
  startModelServer,
  text,
  until,
} from './harness/index.ts';

let model: ModelServer;
beforeAll(async () => {
  await installAgents();
  model = await startModelServer();
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

const ofTheHost =
  /^(CLAUDECODE|CLAUDE_CODE_(SESSION_ID|CHILD_SESSION|MESSAGING_.*|ENTRYPOINT|SSE_PORT)|CLAUDE_EFFORT)$/;

test.each(['codex', 'claude'] as const)('a %s task outlives the claude that started it', async (backend) => {
  const stage = stageIn(await createSandboxHome({ modelUrl: model.url, env: { OF_THE_USER: 'kept' } }));
  const inner = `inner-${backend}`;
  model.script(inner, [silence({ gate: inner, then: shell('env > env-of-the-tool.txt') }), text('Done.')]);
  const prompt = `Work. ${marked(inner)}`;
  model.script(`host-${backend}`, [
    shell(
      `env > env-of-the-host.txt; ${process.execPath} ${dispatchProgram} run --backend ${backend} --prompt '${prompt}' --json > ran.json`,
    ),
    text('Started it.'),
  ]);
  const host = await runAgent(
    'claude',
    ['-p', '--output-format', 'stream-json', '--verbose', '--allowedTools', 'Bash'],
    { cwd: stage.cwd, env: stage.home.env, prompt: `Go. ${marked(`host-${backend}`)}` },
  );
  expect(host.exitCode, host.stderr).toBe(0);
  const read = (name: string) => readFileSync(join(stage.cwd, name), 'utf8');
  const { data } = JSON.parse(read('ran.json')) as { data: Reply };
  expect(data).toMatchObject({ status: 'running', sandbox: null });
  // The host has put something there that must not go on, or this test shows nothing.
  const names = (env: string) => env.split('\n').map((line) => line.split('=')[0] ?? '');
  expect(names(read('env-of-the-host.txt')).filter((name) => ofTheHost.test(name))).not.toEqual([]);

  await until(() => model.requestsOf(inner).length > 0, {
    what: 'the agent asks its model, its host being gone',
  });
  // But for the worker's tools, to which codex hands on what it likes.
  const agents = processesWithMark(data.task_id).filter((one) => !isDispatch(one));
  expect(agents.length).toBeGreaterThan(0);
  for (const { env } of agents) {
    expect(Object.keys(env).filter((name) => ofTheHost.test(name) && backend === 'codex')).toEqual([]);
    expect(env.OF_THE_USER).toBe('kept');
    expect(env.DISPATCH_ATTEMPT).toBe(`${data.task_id}:0`);
  }
  const grants = join(stage.home.home, '.dispatch/runtime/grants');
  const grant = JSON.parse(
    readFileSync(
      join(
        grants,
        readdirSync(grants).find((name) => name.endsWith('.json'))!,
      ),
      'utf8',
    ),
  ) as {
    environment: Record<string, string>;
  };
  expect(Object.keys(grant.environment).filter((name) => ofTheHost.test(name))).toEqual([]);
  expect(grant.environment).toMatchObject({ OF_THE_USER: 'kept', HOME: stage.home.home });
  const supervisor = livingProcesses().find(
    ({ argv }) => argv.includes('supervise') && argv.includes(stage.root),
  );
  expect(supervisor?.env.DISPATCH_ATTEMPT).toBeUndefined();

  model.release(inner);
  const waited = await stage.type(['wait', data.task_id]);
  expect(waited.exitCode, waited.stdout).toBe(0);
  expect(model.turns(inner)).toEqual([1, 1]);
  expect(read('env-of-the-tool.txt')).toContain('OF_THE_USER=kept');
});
