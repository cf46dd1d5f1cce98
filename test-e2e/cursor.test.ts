// What only cursor-agent does; the rest is in conformance/. It is a fake made from its documentation (fakes/cursor-agent.mjs):
// the real one cannot be had here.
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  cleanUpAfterEach,
  createSandboxHome,
  dataOf,
  processesWithMark,
  stageIn,
  type Stage,
} from './harness/index.ts';
import type { SeenTask } from './harness/stage.ts';

cleanUpAfterEach();

const fake = join(import.meta.dirname, 'fakes/cursor-agent.mjs');
const chatId = /^[0-9a-f-]{36}$/;

interface Call {
  created_in?: string;
  options?: Record<string, string | true>;
  prompt?: string;
  stdin?: string;
}

/** A repository, and a home in which `cursor-agent` is the fake; logged in unless told otherwise. */
async function setStage({ loggedIn = true } = {}): Promise<Stage> {
  const env: Record<string, string> = loggedIn ? { CURSOR_API_KEY: 'key' } : {};
  const home = await createSandboxHome({ modelUrl: 'http://127.0.0.1:9', env });
  symlinkSync(fake, join(home.bin, 'cursor-agent'));
  return stageIn(home);
}

async function run(stage: Stage, prompt: string, ...options: string[]): Promise<string> {
  const started = await stage.type(['run', '--backend', 'cursor', ...options, `--prompt=${prompt}`]);
  return dataOf<{ task_id: string }>(started).task_id;
}

/** The task once nothing more comes of it by itself. */
async function settled(stage: Stage, id: string): Promise<SeenTask> {
  const waited = await stage.type(['wait', id, '--timeout', '50s']);
  return dataOf<{ tasks: SeenTask[] }>(waited).tasks[0]!;
}

function callsIn({ home }: Stage): Call[] {
  const lines = readFileSync(join(home.home, '.cursor/calls.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Call);
}

/** What each chat was told, by its id. */
function chatsIn({ home }: Stage): Record<string, string[]> {
  const folder = join(home.home, '.cursor/chats');
  const chats = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('store.json'),
  );
  return Object.fromEntries(
    chats.map((path) => [
      path.split('/')[1]!,
      JSON.parse(readFileSync(join(folder, path), 'utf8')) as string[],
    ]),
  );
}

test('a task completes in a chat that was made for it, and a resume goes on there', async () => {
  const stage = await setStage();
  const id = await run(stage, '--force me. [[cursor:edit]]', '--model', 'sonnet-4');
  const task = await settled(stage, id);
  expect(task).toMatchObject({
    status: 'completed',
    reason: 'turn_succeeded',
    session: { locator: { kind: 'id', value: expect.stringMatching(chatId) as string }, established: true },
    attempts: [{ outcome: 'succeeded', exit_code: 0 }],
  });
  expect(readFileSync(join(stage.cwd, 'fake.txt'), 'utf8')).toBe('made\n');
  const chat = task.session!.locator.value;
  const result = dataOf(await stage.type(['result', id]));
  expect(result).toMatchObject({ last_message: 'I was told 1 thing(s).' });

  dataOf(await stage.type(['resume', id, '--message=-x And now?']));
  expect(await settled(stage, id)).toMatchObject({
    status: 'completed',
    session: { locator: { value: chat } },
    attempts: [{ resumes_session: false }, { resumes_session: true, outcome: 'succeeded' }],
  });
  const options = {
    ...{ '-p': true, '--output-format': 'stream-json', '--trust': true, '--approve-mcps': true },
    ...{ '--workspace': stage.cwd, '--model': 'sonnet-4', '--sandbox': 'enabled', '--resume': chat },
  };
  const told = expect.any(String) as string;
  expect(callsIn(stage)).toEqual([
    { created_in: stage.cwd },
    { options, prompt: told, stdin: '' },
    { options, prompt: told, stdin: '' },
  ]);
  expect(chatsIn(stage)).toEqual({
    [chat]: [expect.stringContaining('--force me.'), expect.stringContaining('-x And now?')],
  });
});

test('logs tell its steps, without what is partial', async () => {
  const stage = await setStage();
  const id = await run(stage, '[[cursor:edit]]', '--execution-mode', 'danger');
  await settled(stage, id);
  const { stdout } = await stage.type(['logs', id]);
  for (const word of ['Let me see.', 'I begin.', 'writeToolCall', 'I was told 1 thing(s).'])
    expect(stdout).toContain(word);
  expect(callsIn(stage)[1]!.options).toMatchObject({ '--force': true });
});

test('what lingers after its end of turn is ended as finished', async () => {
  const stage = await setStage();
  const id = await run(stage, '[[cursor:linger]]');
  expect(await settled(stage, id)).toMatchObject({
    status: 'completed',
    attempts: [{ outcome: 'succeeded', stop: { why: 'finished' } }],
  });
  expect(processesWithMark(id)).toEqual([]);
});

describe('failures', () => {
  test.each<[marker: string, reason: string]>([
    ['refused', 'quota'],
    ['exit 3', 'agent_error'],
    ['unfinished 3', 'agent_error'],
    ['unfinished 0', 'agent_error'],
  ])('%s: %s', async (marker, reason) => {
    const stage = await setStage();
    const id = await run(stage, `[[cursor:${marker}]]`);
    expect(await settled(stage, id)).toMatchObject({
      status: 'failed',
      reason,
      attempts: [{ outcome: 'failed' }],
    });
  });

  test('logged out: no chat is made; once logged in, the whole request goes out', async () => {
    const stage = await setStage({ loggedIn: false });
    const id = await run(stage, 'Paint it. [[cursor:edit]]');
    expect(await settled(stage, id)).toMatchObject({ status: 'failed', reason: 'auth', session: null });
    const env = { ...stage.home.env, CURSOR_API_KEY: 'key' };
    dataOf(await stage.type(['resume', id, '--message', 'I am in.'], { env }));
    expect(await settled(stage, id)).toMatchObject({ status: 'completed' });
    const [told] = Object.values(chatsIn(stage));
    expect(told).toEqual([expect.stringMatching(/Paint it\.[^]*I am in\./)]);
  });
});

test('a prompt that is too long for an argument is pointed to', async () => {
  const stage = await setStage();
  const input = 'ä'.repeat(400_000);
  const started = await stage.type(['run', '--backend', 'cursor-agent', '--prompt', '-'], { input });
  const { task_id: id } = dataOf(started);
  expect(await settled(stage, id)).toMatchObject({ status: 'completed' });
  expect(Object.values(chatsIn(stage))).toEqual([
    [expect.stringContaining(join(stage.taskDir(id), 'prompt.md'))],
  ]);
  expect(readFileSync(join(stage.taskDir(id), 'prompt.md'), 'utf8') === input).toBe(true);
});
