// What `integrate` wrote, as the real codex and the real pi take it.
import { spawn } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelServer, Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  createSandboxHome,
  dataOf,
  dispatchProgram,
  installAgents,
  marked,
  runAgent,
  stageIn,
  startModelServer,
  startProgram,
  text,
  until,
  writeFiles,
} from './harness/index.ts';
import { openPane } from './harness/tmux.ts';

let model: ModelServer;
beforeAll(async () => {
  await installAgents();
  model = await startModelServer();
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

const codexProgram = ({ home }: Stage) => join(home.bin, 'codex');

/** What codex's own server answers to some requests, in their order. */
async function askCodex(stage: Stage, requests: [method: string, params: object][]): Promise<unknown[]> {
  const child = spawn(codexProgram(stage), ['app-server'], {
    cwd: stage.cwd,
    env: stage.home.env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const call = async (id: number, method: string, params: object): Promise<unknown> => {
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error(`codex ended before it answered ${method}`);
        const answer = JSON.parse(value) as { id?: number; result?: unknown; error?: unknown };
        if (answer.id !== id) continue;
        if (answer.error !== undefined) throw new Error(JSON.stringify(answer.error));
        return answer.result;
      }
    };
    await call(0, 'initialize', { clientInfo: { name: 'test', title: 'test', version: '1' } });
    child.stdin.write('{"jsonrpc":"2.0","method":"initialized"}\n');
    const answers: unknown[] = [];
    for (const [method, params] of requests) answers.push(await call(answers.length + 1, method, params));
    return answers;
  } finally {
    child.kill('SIGKILL');
  }
}

test('codex lists the skill, tells its model of it, and starts the server', async () => {
  const stage = stageIn(await createSandboxHome({ modelUrl: model.url }));
  dataOf(await stage.type(['integrate', 'codex']));
  const [skills, servers] = (await askCodex(stage, [
    ['skills/list', { cwds: [stage.cwd] }],
    ['mcpServerStatus/list', {}],
  ])) as [{ data: { skills: unknown[]; errors?: unknown[] }[] }, { data: unknown[] }];
  expect(skills.data[0]!.skills).toContainEqual(
    expect.objectContaining({
      name: 'dispatch',
      path: join(stage.home.codexHome, 'skills/dispatch/SKILL.md'),
      scope: 'user',
      enabled: true,
    }),
  );
  expect(servers.data).toContainEqual(
    expect.objectContaining({
      name: 'dispatch',
      toolsError: null,
      tools: expect.objectContaining({
        run: expect.anything() as unknown,
        wait: expect.anything() as unknown,
        answer: expect.anything() as unknown,
      }) as unknown,
    }),
  );
  model.script('codex-host', [text('Hello.')]);
  // A field of ours that codex does not know would be an error here.
  const run = await runAgent('codex', ['exec', '--json', '--strict-config', '-'], {
    cwd: stage.cwd,
    env: stage.home.env,
    prompt: `Hello. ${marked('codex-host')}`,
  });
  expect(run.exitCode, run.stderr).toBe(0);
  expect(JSON.stringify(model.requestsOf('codex-host')[0]!.body)).toContain(
    '- dispatch: Hands work to another coding agent',
  );
});

test('codex’s own editing of other servers leaves a table that --undo still takes out', async () => {
  const stage = stageIn(await createSandboxHome({ modelUrl: model.url }));
  const mcp = async (...args: string[]): Promise<string> => {
    const { env } = stage.home;
    const ended = await startProgram(codexProgram(stage), ['mcp', ...args], { cwd: stage.cwd, env }).ended;
    expect(ended.exitCode, ended.stderr).toBe(0);
    return ended.stdout;
  };
  dataOf(await stage.type(['integrate', 'codex']));
  await mcp('add', 'docs', '--', 'docs-server');
  expect(await mcp('list')).toMatch(/dispatch.*\n.*docs/);
  dataOf(await stage.type(['integrate', 'codex']));
  dataOf(await stage.type(['integrate', 'codex', '--undo']));
  const left = await mcp('list');
  expect(left).toContain('docs-server');
  expect(left).not.toContain('dispatch');
  expect(readFileSync(join(stage.home.codexHome, 'config.toml'), 'utf8')).not.toContain('dispatch');
});

test.each(['0.73.1', '0.87.1'] as const)(
  'pi %s has /dispatch',
  async (pi) => {
    const stage = stageIn(await createSandboxHome({ modelUrl: model.url, pi }));
    const { home } = stage;
    symlinkSync(dispatchProgram, join(home.bin, 'dispatch'));
    const done = home.program('done-at-once', '#!/bin/sh\necho done\n');
    writeFiles(join(home.home, '.dispatch'), {
      'config.yaml': `backends:\n  quick:\n    executable: ${done}\n`,
    });
    dataOf(await stage.type(['integrate', 'pi']));
    dataOf(await stage.type(['run', '--backend', 'quick', '--prompt', 'Paint the fence']));
    const pane = openPane([join(home.bin, 'pi')], { cwd: stage.cwd, env: home.env });
    await pane.shows(/stub-model/);
    pane.type('/dispatch list');
    await pane.shows(/\/dispatch list/);
    // 0.87.1 takes nothing before it has started, and leaves the line where it is.
    await until(
      () => {
        const isShown = /Paint the fence/.test(pane.screen());
        if (!isShown) pane.press('Enter');
        return isShown;
      },
      { what: `pi lists the task: ${pane.screen()}`, everyMs: 1000, timeoutMs: 30_000 },
    );
    pane.close();
  },
  120_000,
);
