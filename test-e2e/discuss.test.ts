// A task is discussed first, by an agent that only reads; then the same session carries the draft out, checked.
import { existsSync, readFileSync } from 'node:fs';
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
} from './harness/index.ts';
import type { SeenTask, Stage } from './harness/stage.ts';
import { askCommandIn, bothAgents, setStage, taskFolderIn } from './harness/stage.ts';

let model: ModelServer;
const draft = '# Greeting\n\nIt will be German.\n\n- [ ] Put zwei for two\n';
const inTask = (command: string) => (scene: { conversation: Parameters<typeof taskFolderIn>[0] }) =>
  shell(`task='${taskFolderIn(scene.conversation)}'; ${command}`);

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    story: [
      ({ conversation }) => shell(`${askCommandIn(conversation)} "German or French?"`),
      text(draft),
      inTask(`sed -i 's/\\[ \\]/[x]/' "$task/plan.md" && : > "$task/mailbox/.done"`),
      text('All is done.'),
      inTask(`sed -i s/two/zwei/ a.txt && : > "$task/mailbox/.done"`),
      text('Now it is.'),
    ],
    writes: [shell('echo changed >> a.txt; echo "exit $?"'), text('Only words.'), text('More words.')],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

interface Event {
  kind: string;
  message: string;
  data: Record<string, unknown>;
}

/** What `events` alone tells of a task: its kinds, with what they say of status and reason. */
async function storyOf(stage: Stage, id: string): Promise<string[]> {
  const events = await stage.get<Event[]>(['events', id]);
  return events.flatMap(({ kind, data }) => {
    if (kind === 'attempt_started') return [`started ${String(data.cause)} ${String(data.task_mode)}`];
    if (kind === 'attempt_ended') return [`ended ${String(data.reason)} ${String(data.next)}`];
    return ['question_asked', 'question_answered'].includes(kind) ? [kind] : [];
  });
}

describe.each(bothAgents)('$agent', ({ agent }) => {
  test('discussed, answered, planned, checked, mended in the same session, completed', async () => {
    const stage = await setStage(model, agent);
    const check = 'grep -q zwei a.txt || { echo "a.txt lacks zwei"; exit 3; }';
    const id = await stage.run(
      '--prompt',
      `A greeting. ${marked('story', agent)}`,
      '--mode',
      'discuss',
      '--verify',
      check,
    );
    await stage.get(['wait', id], 20);
    await stage.get(['answer', id, '--message', 'German.']);
    const waited = await stage.get<{ task: SeenTask }>(['wait', id], 20);
    expect(waited.task).toMatchObject({
      status: 'awaiting_user',
      reason: 'discussion_draft',
      task_mode: 'discuss',
      execution_mode: 'read_only',
    });
    const { artifacts } = waited.task;
    expect(readFileSync(artifacts.output_file, 'utf8')).toBe(draft);
    expect(existsSync(artifacts.plan_file)).toBe(false);

    await stage.get(['resume', id]);
    await stage.get(['wait', id]);
    expect(await stage.status(id)).toMatchObject({
      status: 'completed',
      reason: 'worker_marked_done',
      task_mode: 'plan',
      execution_mode: 'auto',
    });
    expect(readFileSync(artifacts.plan_file, 'utf8')).toBe(draft.replace('[ ]', '[x]'));
    expect(readFileSync(join(stage.repo, 'a.txt'), 'utf8')).toBe('one\nzwei\n');
    expect(await storyOf(stage, id)).toEqual([
      'started run discuss',
      'question_asked',
      'question_answered',
      'ended discussion_draft null',
      'started resume plan',
      'ended starting verify',
      'started verify plan',
      'ended starting verify_failed',
      'started verify_failed plan',
      'ended starting verify',
      'started verify plan',
      'ended worker_marked_done null',
    ]);
    const asked = model.requests().filter(({ marker }) => marker?.script === 'story' && marker.tag === agent);
    expect(new Set(asked.map(({ session }) => session)).size).toBe(1);
    const takenOn = userTexts(asked[2]!).at(-1)!;
    expect(takenOn).toContain('The discussion is over');
    expect(takenOn).toContain('plan.md is the working record');
  });

  test('changes nothing while it is discussed, goes on discussing, and is then done directly', async () => {
    const stage = await setStage(model, agent);
    const id = await stage.run('--prompt', marked('writes', agent), '--mode', 'discuss');
    await stage.get(['wait', id], 20);
    expect(readFileSync(join(stage.repo, 'a.txt'), 'utf8')).toBe('one\ntwo\n');
    const { artifacts } = await stage.status(id);
    expect(readFileSync(artifacts.output_file, 'utf8')).toBe('Only words.\n');

    await stage.get(['resume', id, '--mode', 'discuss', '--message', 'More.']);
    await stage.get(['wait', id], 20);
    expect(readFileSync(artifacts.output_file, 'utf8')).toBe('More words.\n');
    const kept = join(artifacts.outputs_dir, 'attempt-001.output-before.md');
    expect(readFileSync(kept, 'utf8')).toBe('Only words.\n');

    await stage.get(['resume', id]);
    expect(await stage.status(id)).toMatchObject({ task_mode: 'direct', execution_mode: 'auto' });
    await stage.get(['cancel', id]);
  });
});

test('a draft is made without an agent where that is asked for, and only then', async () => {
  const stage = await setStage(model, 'codex');
  const id = await stage.run(
    '--prompt',
    `Do it. ${marked('writes', 'static')}`,
    '--mode',
    'discuss',
    '--no-agent',
  );
  expect(await stage.status(id)).toMatchObject({
    status: 'awaiting_user',
    reason: 'discussion_draft',
    attempts: [],
  });
  const { artifacts } = await stage.status(id);
  expect(readFileSync(artifacts.output_file, 'utf8')).toContain('- [ ] Do it.');
  expect(model.turns('writes static')).toEqual([]);
  await stage.get(['resume', id]);
  await stage.get(['wait', id], 20);
  expect(await stage.status(id)).toMatchObject({ task_mode: 'plan', attempts: [{ cause: 'run' }, {}] });
  expect(existsSync(artifacts.plan_file)).toBe(true);
  expect(await stage.ask('run', '--prompt', 'x', '--no-agent')).toMatchObject({
    exitCode: 2,
    error: { code: 'invalid_value' },
  });
});
