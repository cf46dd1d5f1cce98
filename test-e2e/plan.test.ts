// A plan is done when its items and its marker say so, not when a turn ends.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  installAgents,
  marked,
  shell,
  startModelServer,
  text,
  userTexts,
  writeFiles,
} from './harness/index.ts';
import type { Stage } from './harness/stage.ts';
import { bothAgents, setStage, taskFolderIn } from './harness/stage.ts';

let model: ModelServer;

/** In the task's folder; `sed -i` of the plan. */
const inTask = (command: string) => (scene: { conversation: Parameters<typeof taskFolderIn>[0] }) =>
  shell(`cd '${taskFolderIn(scene.conversation)}' && ${command}`);
const markAll = "sed -i 's/^- \\[ \\]/- [x]/' plan.md";

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    does_all: [
      inTask("sed -i 's/^- \\[ \\] First/- [>] First/' plan.md"),
      inTask(`sed -i 's/\\[>\\]/[x]/' plan.md && ${markAll} && echo Result > output.md && : > mailbox/.done`),
      text('All done.'),
      inTask("echo '- [ ] Third' >> plan.md"),
      text('I only noted it.'),
      text('Still open.'),
    ],
    stops_early: [
      text('I stop for no reason.'),
      inTask(`${markAll}`),
      text('I forgot the marker.'),
      inTask(': > mailbox/.done'),
      text('Now it is done.'),
    ],
    fails: [inTask("sed -i 's/\\[ \\] Second/[!] Second/' plan.md"), text('It cannot be done.')],
    blocked: [inTask("sed -i 's/\\[ \\] Second/[?] Second/' plan.md"), text('I do not know.')],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

const plan = (script: string, tag: string) =>
  `# Two things\n\n- [ ] First, ${marked(script, tag)}\n- [ ] Second thing\n\n\`\`\`md\n- [ ] only an example\n\`\`\`\n`;

describe.each(bothAgents)('$agent', ({ agent }) => {
  async function start(script: string): Promise<{ stage: Stage; id: string; marker: string }> {
    const stage = await setStage(model, agent);
    writeFiles(stage.repo, { 'plan.md': plan(script, agent) });
    const id = await stage.run('--from', 'plan.md');
    expect(await stage.status(id)).toMatchObject({ task_mode: 'plan' });
    return { stage, id, marker: `${script} ${agent}` };
  }

  test('is completed by its marks and its marker; an old marker completes nothing later', async () => {
    const { stage, id, marker } = await start('does_all');
    await stage.get(['wait', id]);
    expect(await stage.status(id)).toMatchObject({
      status: 'completed',
      reason: 'worker_marked_done',
      attempts: [{ attempt: 0 }],
    });
    expect(await stage.get(['result', id])).toMatchObject({ output: 'Result\n', last_message: 'All done.' });
    expect(model.turns(marker)).toEqual([1, 1, 1]);

    await stage.get(['resume', id, '--message', 'A third thing.']);
    const waited = await stage.get<{ task: { detail: string } }>(['wait', id], 20);
    expect(waited.task).toMatchObject({
      status: 'awaiting_user',
      reason: 'plan_incomplete',
      detail: 'Third',
    });
    expect((await stage.status(id)).attempts).toMatchObject([{}, { cause: 'resume' }, { cause: 'continue' }]);
    const { artifacts } = await stage.status(id);
    expect(existsSync(join(artifacts.mailbox_dir, '.done'))).toBe(false);
    expect(readdirSync(artifacts.outputs_dir).join()).toMatch(/done/);
  });

  test('left unfinished it is continued once, then left to the user', async () => {
    const { stage, id, marker } = await start('stops_early');
    await stage.get(['wait', id], 20);
    expect(await stage.status(id)).toMatchObject({
      status: 'awaiting_user',
      reason: 'plan_incomplete',
      detail: 'no completion marker',
      attempts: [
        { cause: 'run', automatic: false },
        { cause: 'continue', automatic: true, resumes_session: true },
      ],
    });
    expect(model.turns(marker)).toEqual([1, 1, 1]);
    const last = model
      .requests()
      .findLast(({ marker: one }) => one?.script === 'stops_early' && one.tag === agent)!;
    expect(userTexts(last).at(-1)).toContain('plan unfinished');

    await stage.get(['resume', id]);
    await stage.get(['wait', id]);
    expect(await stage.status(id)).toMatchObject({ status: 'completed', reason: 'worker_marked_done' });
    expect(model.turns(marker)).toEqual([1, 1, 1, 1, 1]);
  });

  test('fails by an item that failed, and says which', async () => {
    const { stage, id } = await start('fails');
    const waited = await stage.get<{ task: { detail: string } }>(['wait', id], 21);
    expect(waited.task).toMatchObject({ status: 'failed', reason: 'agent_error' });
    expect(waited.task.detail).toContain('Second thing');
    expect((await stage.status(id)).attempts).toHaveLength(1);
    expect((await stage.type(['status', id])).stdout).toContain('Second thing');
  });

  test('a blocked item waits for the user at once', async () => {
    const { stage, id } = await start('blocked');
    const waited = await stage.get<{ task: { detail: string } }>(['wait', id], 20);
    expect(waited.task).toMatchObject({ status: 'awaiting_user', reason: 'plan_incomplete' });
    expect(waited.task.detail).toContain('Second thing');
    expect((await stage.status(id)).attempts).toHaveLength(1);
  });
});
