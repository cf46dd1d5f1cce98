// What was typed arrives at the model whole, however long it is and whatever it begins with.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  installAgents,
  marked,
  startModelServer,
  text,
  userTexts,
  writeFiles,
} from './harness/index.ts';
import type { SeenTask, Stage } from './harness/stage.ts';
import { bothAgents, setStage } from './harness/stage.ts';

let model: ModelServer;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({ reads: [text('Read.'), text('Read more.')] });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

/** A prompt of exactly this many bytes that begins like an option. */
function longPrompt(tag: string, bytes: number): string {
  const start = `--do "this" $(and) \`that\` ${marked('reads', tag)} äöü\n`;
  const end = `\nthe end of ${tag}`;
  const room = bytes - Buffer.byteLength(start) - Buffer.byteLength(end);
  const lines = Array.from({ length: Math.ceil(room / 40) }, (_, at) => `line ${at} `.padEnd(39, '-')).join(
    '\n',
  );
  return start + lines.slice(0, room) + end;
}

describe.each(bothAgents)('$agent', ({ agent }) => {
  async function heard(stage: Stage, tag: string, id: string): Promise<string[]> {
    await stage.get(['wait', id]);
    expect(model.turns(`reads ${tag}`)[0]).toBe(1);
    return userTexts(model.requests().findLast(({ marker }) => marker?.tag === tag)!);
  }

  test('1,000,000 bytes from stdin', async () => {
    const stage = await setStage(model, agent);
    const tag = `${agent}-stdin`;
    const prompt = longPrompt(tag, 1_000_000);
    const run = await stage.type(['run', '--json', '--backend', agent, '--prompt', '-'], { input: prompt });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout.length).toBeLessThan(20_000);
    const { data } = run.json<{ data: { task_id: string; task: SeenTask } }>();
    expect(data.task).toMatchObject({ prompt_bytes: 1_000_000, task_mode: 'direct' });
    const [typed = ''] = await heard(stage, tag, data.task_id);
    expect(typed.includes(prompt)).toBe(true);
    expect(readFileSync(join(stage.root, 'tasks', data.task_id, 'prompt.md'), 'utf8') === prompt).toBe(true);
  });

  test('1,000,000 bytes from a file, and the most that goes in whole as a message', async () => {
    const stage = await setStage(model, agent);
    const tag = `${agent}-file`;
    const prompt = longPrompt(tag, 1_000_000);
    writeFiles(stage.repo, { '-task.md': prompt });
    const id = await stage.run('--from=-task.md');
    expect((await heard(stage, tag, id))[0]!.includes(prompt)).toBe(true);
    const message = longPrompt(`${tag}-more`, 1_039_000);
    const resumed = await stage.type(['resume', id, '--message', '-'], { input: message });
    expect(resumed).toMatchObject({ exitCode: 0, stderr: '' });
    const texts = await heard(stage, `${tag}-more`, id);
    expect(texts.at(-1)!.includes(message)).toBe(true);
  });

  test('what is longer than the agent takes is pointed to', async () => {
    const stage = await setStage(model, agent);
    const prompt = longPrompt(`${agent}-huge`, 3_000_000);
    const { data } = (
      await stage.type(['run', '--json', '--backend', agent, '--prompt', '-'], { input: prompt })
    ).json<{ data: { task_id: string } }>();
    await stage.get(['wait', data.task_id]);
    const path = join(stage.root, 'tasks', data.task_id, 'prompt.md');
    const request = model.requests().findLast((one) => one.kind === 'unmarked' && one.cwd === stage.repo)!;
    expect(userTexts(request)[0]).toContain(path);
    expect(readFileSync(path, 'utf8') === prompt).toBe(true);
  });

  test('a short one on the command line', async () => {
    const stage = await setStage(model, agent);
    const tag = `${agent}-short`;
    const id = await stage.run(`--prompt=-x ${marked('reads', tag)}`);
    expect((await heard(stage, tag, id))[0]).toContain(`-x ${marked('reads', tag)}`);
  });
});
