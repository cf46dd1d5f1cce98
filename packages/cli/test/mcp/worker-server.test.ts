import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InMemoryTransport, type CallToolResult } from '@modelcontextprotocol/server';
import { workerToolsFor, type WorkerTool } from '@dispatch/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { workerServer } from '../../src/mcp/worker-server.ts';
import { contextWith } from '../outside.ts';

let folder: string;
let taskDir: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-worker-server-'));
  taskDir = join(folder, 'root/tasks/abc');
  mkdirSync(join(taskDir, 'mailbox'), { recursive: true });
  writeFileSync(join(taskDir, 'plan.md'), '- [ ] Paint\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function call(
  name: string,
  input: object,
  place = taskDir,
): Promise<{ isError: boolean; text: string }> {
  const context = contextWith({ environment: { DISPATCH_TASK_DIR: place } });
  const server = workerServer(context, { taskMode: 'direct', limitMs: 50 });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(theirs);
  const asked = async (id: number, method: string, params: Record<string, unknown>): Promise<unknown> => {
    const heard = new Promise<unknown>((resolve, reject) => {
      ours.onmessage = (message) =>
        'result' in message ? resolve(message.result) : reject(new Error(JSON.stringify(message)));
    });
    await ours.send({ jsonrpc: '2.0', id, method, params });
    return heard;
  };
  try {
    const clientInfo = { name: 'test', version: '1' };
    await asked(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    const answer = (await asked(2, 'tools/call', { name, arguments: input })) as CallToolResult;
    const { isError = false, content } = answer;
    return { isError, text: (content[0] as { text: string }).text };
  } finally {
    await server.close();
  }
}

const seen = (): string[] => (readdirSync(folder, { recursive: true }) as string[]).sort();
const tools: Record<WorkerTool, object> = {
  ask_user: { question: 'Which colour?' },
  report_progress: { message: 'Half.' },
  set_plan_item: { item: 1, state: 'done' },
  finish: { output: 'Done.' },
};
const each = Object.entries(tools);

test('these are all of them, and each does its work in the folder of the task', async () => {
  expect(Object.keys(tools).sort()).toEqual([...workerToolsFor('direct')].sort());
  for (const [name, input] of each) expect(await call(name, input)).toMatchObject({ isError: false });
  expect(readdirSync(taskDir).sort()).toEqual(['mailbox', 'output.md', 'plan.md']);
  expect(readdirSync(join(taskDir, 'mailbox')).sort()).toEqual(['.done', '001.question', 'progress']);
});

describe.each(each)('%s', (name, input) => {
  test.each([
    ['the folder of the task', 'root/tasks/abc'],
    ['the folder of all tasks', 'root/tasks'],
    ['the mailbox', 'root/tasks/abc/mailbox'],
  ])('a link in place of %s is not followed', async (_what, linked) => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(join(elsewhere, 'abc/mailbox'), { recursive: true });
    mkdirSync(join(elsewhere, 'mailbox'));
    for (const plan of ['abc/plan.md', 'plan.md']) writeFileSync(join(elsewhere, plan), '- [ ] Paint\n');
    rmSync(join(folder, linked), { recursive: true });
    symlinkSync(elsewhere, join(folder, linked));
    const before = seen();
    const answer = await call(name, input);
    expect(answer).toMatchObject({ isError: true, text: expect.stringContaining('is a link') as string });
    expect(seen()).toEqual(before);
    for (const plan of ['abc/plan.md', 'plan.md'])
      expect(readFileSync(join(elsewhere, plan), 'utf8')).toBe('- [ ] Paint\n');
  });

  test('a folder that is gone is said', async () => {
    const answer = await call(name, input, join(folder, 'gone/tasks/abc'));
    expect(answer).toMatchObject({ isError: true, text: expect.stringContaining('any more') as string });
  });

  test('an argument that it does not have is refused, and nothing is done', async () => {
    const before = seen();
    const answer = await call(name, { ...input, ouput: 'The result.' });
    expect(answer).toMatchObject({ isError: true });
    expect(answer.text).toContain('there is no argument "ouput"');
    expect(answer.text).toContain(Object.keys(input)[0]);
    expect(seen()).toEqual(before);
    expect(readFileSync(join(taskDir, 'plan.md'), 'utf8')).toBe('- [ ] Paint\n');
  });
});

test('a report of any length is taken, and a link as marker keeps the old output', async () => {
  expect(await call('report_progress', { message: 'é'.repeat(2_000_000) })).toMatchObject({ isError: false });
  writeFileSync(join(taskDir, 'output.md'), 'Before.');
  symlinkSync('/nowhere', join(taskDir, 'mailbox/.done'));
  const answer = await call('finish', { output: 'After.' });
  expect(answer).toMatchObject({ isError: true, text: expect.stringContaining('.done is a link') as string });
  expect(readFileSync(join(taskDir, 'output.md'), 'utf8')).toBe('Before.');
});
