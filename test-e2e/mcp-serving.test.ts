// `dispatch mcp` as a process: it ends with its client and with nothing else, and takes nothing with it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import {
  cleanUpAfterEach,
  dispatch,
  dispatchProgram,
  livingProcesses,
  signal as send,
  stageScriptedAgent,
  until,
} from './harness/index.ts';
import type { ShownTask, Stage } from './harness/index.ts';
import { withMcp } from './harness/mcp-client.ts';
import { openTerminal } from './harness/terminal.ts';

cleanUpAfterEach();

/** Ends once `go` stands in its workspace. */
const worker = '#!/bin/sh\necho begun\nuntil [ -e go ]; do sleep 0.1; done\necho over\n';

async function startTask(stage: Stage): Promise<string> {
  const ran = await stage.type(['run', '--prompt', 'Do.', '--backend', 'scripted']);
  return ran.json<{ data: { task_id: string } }>().data.task_id;
}

const placeOf = ({ cwd, home }: Stage) => ({ cwd, env: home.env });
const goOn = ({ cwd }: Stage) => writeFileSync(join(cwd, 'go'), '');

/** A server with pipes of our own, and what it says by line. */
class Raw {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly closed: Promise<[number | null, NodeJS.Signals | null]>;
  stderr = '';

  constructor(stage: Stage, args: string[] = []) {
    this.child = spawn(process.execPath, [dispatchProgram, 'mcp', ...args], { ...placeOf(stage) });
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.lines.push(line));
    this.child.stderr!.on('data', (chunk: Buffer) => (this.stderr += String(chunk)));
    this.child.stdin!.on('error', () => undefined);
    this.closed = once(this.child, 'close') as typeof this.closed;
  }

  write(message: object | string): void {
    this.child.stdin!.write(
      `${typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message })}\n`,
    );
  }

  async answer(id: number): Promise<{ result?: { structuredContent?: object }; error?: { code: number } }> {
    const found = () => this.lines.find((line) => (JSON.parse(line) as { id?: number }).id === id);
    await until(() => found() !== undefined, { what: `an answer to ${id}` });
    return JSON.parse(found()!) as object;
  }

  async open(): Promise<void> {
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'raw', version: '1' },
    };
    this.write({ id: 0, method: 'initialize', params });
    await this.answer(0);
    this.write({ method: 'notifications/initialized' });
  }

  call(id: number, name: string, input: object): void {
    this.write({ id, method: 'tools/call', params: { name, arguments: input } });
  }
}

async function begunWait(stage: Stage): Promise<{ server: Raw; id: string }> {
  const id = await startTask(stage);
  const server = new Raw(stage);
  await server.open();
  server.call(1, 'wait', { ids: [id] });
  // It blocks nothing else.
  server.call(2, 'list', {});
  expect((await server.answer(2)).result?.structuredContent).toMatchObject({ tasks: [{ task_id: id }] });
  return { server, id };
}

/** How many folders a process has the kernel watch for it. */
function watchesOf(pid: number): number {
  const folder = `/proc/${pid}/fdinfo`;
  const open = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  return open.join('').match(/^inotify wd/gm)?.length ?? 0;
}

async function stillWorks(stage: Stage, id: string): Promise<void> {
  const status = async () => (await stage.type(['status', id])).json<{ data: ShownTask }>().data;
  expect(await status()).toMatchObject({ status: 'running', attempt_alive: true });
  goOn(stage);
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
}

describe('ends at once, and the task goes on', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('at %s', async (name) => {
    const stage = await stageScriptedAgent(worker);
    const { server, id } = await begunWait(stage);
    const began = performance.now();
    server.child.kill(name);
    expect(await server.closed).toEqual([0, null]);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(server.stderr).toBe('');
    await stillWorks(stage, id);
  });

  test('when stdin is closed', async () => {
    const stage = await stageScriptedAgent(worker);
    const { server, id } = await begunWait(stage);
    server.child.stdin!.end();
    expect(await server.closed).toEqual([0, null]);
    expect(server.lines.map((line) => (JSON.parse(line) as { id?: number }).id)).not.toContain(1);
    await stillWorks(stage, id);
  });

  test('when nobody reads what it writes', async () => {
    const stage = await stageScriptedAgent(worker);
    const { server, id } = await begunWait(stage);
    server.child.stdout!.destroy();
    server.call(3, 'list', {});
    expect(await server.closed).toEqual([0, null]);
    expect(server.stderr).toBe('');
    await stillWorks(stage, id);
  });
});

test('what is no message is passed over', async () => {
  const stage = await stageScriptedAgent(worker);
  const server = new Raw(stage);
  for (const line of ['', 'hello', '{"jsonrpc":"2.0"', '[]', '7', '{"id":1}', 'ÿþ\0']) server.write(line);
  await server.open();
  server.write({ id: 5, method: 'no/such/method' });
  expect((await server.answer(5)).error).toMatchObject({ code: -32601 });
  server.call(6, 'list', [] as object);
  expect((await server.answer(6)).error ?? {}).toMatchObject({ code: -32602 });
  server.call(7, 'list', {});
  expect((await server.answer(7)).result).toMatchObject({ isError: true });
  server.child.stdin!.end();
  expect(await server.closed).toEqual([0, null]);
  // Nothing but the protocol is on stdout.
  for (const line of server.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
});

test('what a call has started outlives the server, and holds none of its pipes', async () => {
  const stage = await stageScriptedAgent(worker);
  const server = new Raw(stage);
  await server.open();
  server.call(1, 'run', { prompt: 'Do.', backend: 'scripted' });
  const { task_id: id } = (await server.answer(1)).result?.structuredContent as { task_id: string };
  await until(
    () => livingProcesses().some(({ argv }) => argv.includes('supervise') && argv.includes(stage.root)),
    { what: 'a supervisor' },
  );
  send(server.child.pid!, 'SIGKILL');
  // `close` comes when nobody has the other ends of stdout and stderr any more.
  expect(await server.closed).toEqual([null, 'SIGKILL']);
  await stillWorks(stage, id);
});

const protocols = [{ modern: false }, { modern: true }];

test.each(protocols)(
  'wait ends at its time, tells of the state, can be taken back; modern: $modern',
  async ({ modern }) => {
    const stage = await stageScriptedAgent(worker);
    const id = await startTask(stage);
    await withMcp(
      placeOf(stage),
      async (session) => {
        const told: string[] = [];
        const onprogress = ({ message }: { message?: string | undefined }) => void told.push(message ?? '');
        const over = await session.call('wait', { ids: [id], timeout: '2s' }, { onprogress });
        expect(over.data).toMatchObject({
          timed_out: true,
          note: expect.stringContaining('Call wait again') as string,
        });
        expect(told.length).toBeGreaterThan(0);
        expect(told[0]).toContain(`${id}  running`);

        const controller = new AbortController();
        const taken = session.call('wait', { ids: [id] }, { signal: controller.signal });
        const others = await Promise.all([
          session.call('list'),
          session.call('inspect', { id }),
          session.call('wait', { ids: [id], timeout: '1s' }),
        ]);
        expect(others.map(({ ok }) => ok)).toEqual([true, true, true]);
        expect(watchesOf(session.pid)).toBeGreaterThan(0);
        controller.abort();
        await expect(taken).rejects.toThrow();
        await until(() => watchesOf(session.pid) === 0, { what: 'the wait has ended in the server, too' });

        const last = session.call<{ tasks: object[] }>('wait', { ids: [id] });
        goOn(stage);
        expect((await last).data).toMatchObject({ timed_out: false, tasks: [{ id, status: 'completed' }] });
      },
      { modern },
    );
  },
);

test.each(protocols)(
  'the limit is by the client, whatever it asks for; modern: $modern',
  async ({ modern }) => {
    const stage = await stageScriptedAgent(worker);
    const id = await startTask(stage);
    const place = placeOf(stage);
    place.env = { ...place.env, MCP_TOOL_TIMEOUT: '7000' };
    const took = async (input: object): Promise<number> => {
      let ms = 0;
      await withMcp(
        place,
        async (session) => {
          const began = performance.now();
          expect((await session.call('wait', { ids: [id], ...input })).data).toMatchObject({
            timed_out: true,
          });
          ms = performance.now() - began;
        },
        { name: 'claude-code', modern },
      );
      return ms;
    };
    for (const input of [{}, { timeout: '1h' }]) {
      const ms = await took(input);
      expect(ms).toBeGreaterThan(1500);
      expect(ms).toBeLessThan(7000);
    }
    expect(await took({ timeout: 1 })).toBeLessThan(2000);
    goOn(stage);
  },
);

test('--root is that of each call, and is kept in what is told', async () => {
  const stage = await stageScriptedAgent(worker);
  const id = await startTask(stage);
  await withMcp(
    { cwd: stage.home.home, env: stage.home.env },
    async (session) => {
      expect((await session.call('list')).data).toMatchObject({ tasks: [{ task_id: id }] });
      expect((await session.call('result', { id: 'zzzz' })).error?.hint).toContain(`--root ${stage.root}`);
    },
    { args: ['--root', stage.root] },
  );
  goOn(stage);
});

test('in a sandbox a task is recorded and not started', async () => {
  const stage = await stageScriptedAgent(worker);
  await withMcp(
    { cwd: stage.cwd, env: { ...stage.home.env, CODEX_SANDBOX: 'seatbelt' } },
    async (session) => {
      const ran = await session.call<{ task_id: string }>('run', { prompt: 'Do.', backend: 'scripted' });
      const id = ran.data?.task_id;
      expect(ran.data).toMatchObject({
        ...{ status: 'pending', task: { reason: 'sandboxed_host' } },
        start_hint: `dispatch --root ${stage.root} start ${id}`,
      });
      expect((await session.call('wait', { ids: [id] })).data).toMatchObject({
        timed_out: false,
        tasks: [{ id }],
      });
    },
  );
  expect(livingProcesses().filter(({ argv }) => argv.includes(stage.root))).toEqual([]);
});

test('mistyped, at a terminal, and what it prints as a document', async () => {
  const stage = await stageScriptedAgent(worker);
  const mistyped = await dispatch(['mcp', '--json', 'now'], placeOf(stage));
  expect(mistyped.exitCode).toBe(2);
  expect(mistyped.json()).toMatchObject({ ok: false, error: { code: 'unexpected_argument' } });
  const terminal = openTerminal(['mcp'], placeOf(stage));
  await terminal.shows(/speaks the Model Context Protocol with the host agent that starts it/);
  terminal.type('\x04');
  expect(await terminal.ended).toBe(0);
  const document = (await stage.type(['mcp'])).json<{ data: { tools: { name: string }[] } }>();
  expect(document.data.tools.map(({ name }) => name)).toContain('wait');
});
