// What `dispatch mcp` hands out beside tools: tasks and transcripts as resources, and the dispatcher's prompt.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanUpAfterEach, stageScriptedAgent } from './harness/index.ts';
import type { Stage } from './harness/index.ts';
import { withMcp, type McpSession } from './harness/mcp-client.ts';

cleanUpAfterEach();

/** Says some thousand lines. */
const talker = '#!/bin/sh\ni=0; while [ $i -lt 1000 ]; do echo "line $i of what is said"; i=$((i+1)); done\n';

const placeOf = ({ cwd, home }: Stage) => ({ cwd, env: home.env });

async function finishedTask(stage: Stage): Promise<string> {
  const ran = await stage.type(['run', '--prompt', 'Talk.', '--backend', 'scripted']);
  const { task_id: id } = ran.json<{ data: { task_id: string } }>().data;
  expect((await stage.type(['wait', id])).exitCode).toBe(0);
  return id;
}

async function read({ client }: McpSession, uri: string): Promise<string> {
  const { contents } = await client.readResource({ uri });
  expect(contents).toEqual([expect.objectContaining({ uri })]);
  return (contents[0] as { text: string }).text;
}

test('tasks, one task and its transcript', async () => {
  const stage = await stageScriptedAgent(talker);
  const id = await finishedTask(stage);
  await withMcp(placeOf(stage), async (session) => {
    const { client } = session;
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(['dispatch://tasks', `dispatch://tasks/${id}`]);
    expect(resources[1]).toMatchObject({ title: 'Talk.', description: 'completed' });
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'dispatch://tasks/{id}',
      'dispatch://tasks/{id}/transcript{?after}',
    ]);
    expect(JSON.parse(await read(session, 'dispatch://tasks'))).toMatchObject({ tasks: [{ task_id: id }] });
    const typed = (await stage.type(['inspect', id])).json<{ data: object }>().data;
    expect(JSON.parse(await read(session, `dispatch://tasks/${id}`))).toEqual(typed);

    // Page by page nothing is missed and nothing comes twice.
    const said: string[] = [];
    let pages = 0;
    for (let uri = `dispatch://tasks/${id}/transcript`; ; pages += 1) {
      const lines = (await read(session, uri)).split('\n');
      const [, next = ''] = /^What comes after this: (\S+)$/.exec(lines.at(-1) ?? '') ?? [];
      expect(next).toContain(`dispatch://tasks/${id}/transcript?after=0:`);
      if (lines.length === 1) break;
      said.push(...lines.slice(0, -2));
      uri = next;
    }
    expect(pages).toBe(5);
    expect(said).toEqual(Array.from({ length: 1000 }, (_, at) => `line ${at} of what is said`));
  });
});

test('a page is bounded, whatever an agent prints', async () => {
  const line = 'awk \'BEGIN { for (i = 0; i < 100000; i++) printf "x"; print "" }\'';
  const stage = await stageScriptedAgent(`#!/bin/sh\nfor i in $(seq 40); do ${line}; done\n`);
  const id = await finishedTask(stage);
  await withMcp(placeOf(stage), async (session) => {
    const page = await read(session, `dispatch://tasks/${id}/transcript`);
    expect(page).toContain('… 96000 more characters');
    expect(page.length).toBeGreaterThan(60_000);
    expect(page.length).toBeLessThan(70_000);
    expect(page).toMatch(/\nWhat comes after this: \S+\?after=0:\d+$/);
  });
});

test('what is not there is told in the words of the command', async () => {
  const stage = await stageScriptedAgent(talker);
  await withMcp(placeOf(stage), async (session) => {
    const { client } = session;
    expect((await client.listResources()).resources).toHaveLength(1);
    await expect(read(session, 'dispatch://tasks')).rejects.toThrow('no_store: there is no store at');
    const id = await finishedTask(stage);
    await expect(read(session, 'dispatch://tasks/zzzz')).rejects.toThrow('task_not_found: no task zzzz');
    await expect(read(session, 'dispatch://tasks/..%2F..%2Fetc')).rejects.toThrow('task_not_found');
    const transcript = `dispatch://tasks/${id}/transcript`;
    await expect(read(session, `${transcript}?after=x`)).rejects.toThrow('position_unknown');
    await expect(read(session, `${transcript}?after=9:0`)).rejects.toThrow('attempt_not_found');
    for (const uri of ['dispatch://', 'dispatch://tasks/', 'file:///etc/passwd', `${transcript}/x`])
      await expect(read(session, uri)).rejects.toThrow(`there is no resource ${uri}`);
  });
});

test('ids are completed', async () => {
  const stage = await stageScriptedAgent(talker);
  const id = await finishedTask(stage);
  await withMcp(placeOf(stage), async ({ client }) => {
    const ref = { type: 'ref/resource' as const, uri: 'dispatch://tasks/{id}' };
    const completed = async (name: string, value: string) =>
      (await client.complete({ ref, argument: { name, value } })).completion.values;
    expect(await completed('id', id.slice(0, 5))).toEqual([id]);
    expect(await completed('id', 'nothing')).toEqual([]);
    expect(await completed('after', '')).toEqual([]);
  });
});

test("the prompt is the dispatcher's, in words for tools", async () => {
  const stage = await stageScriptedAgent(talker);
  await withMcp(placeOf(stage), async ({ client }) => {
    expect(client.getInstructions()).toContain('wait tells when it is done or needs the user');
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(['dispatcher']);
    const { messages } = await client.getPrompt({ name: 'dispatcher' });
    const text = messages.map(({ content }) => (content.type === 'text' ? content.text : '')).join('');
    expect(text).toContain(readFileSync(join(import.meta.dirname, '../prompts/dispatcher.md'), 'utf8'));
    await expect(client.getPrompt({ name: 'worker' })).rejects.toThrow('there is no prompt "worker"');
  });
});
