// What a mode leaves open, and an option gives. What each mode itself lets do and denies: conformance/modes.ts.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  git,
  installAgents,
  marked,
  read,
  shell,
  startModelServer,
  temporaryFolder,
  text,
  toolResults,
} from './harness/index.ts';
import { setStage, type Stage } from './harness/stage.ts';

let model: ModelServer;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    commits: [
      shell('echo new > b.txt; git add b.txt && git commit -qm "By the worker"; echo "exit $?"'),
      text('Done.'),
    ],
    looks: [
      ({ conversation }) => read(/attached (\S+);/.exec(JSON.stringify(conversation))![1]!),
      text('Seen.'),
    ],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

interface Started {
  task_id: string;
  notices: string[];
}

const run = (stage: Stage, script: string, ...more: string[]): Promise<Started> =>
  stage.get<Started>(['run', '--backend', stage.agent, '--prompt', `Act. ${marked(script)}`, ...more]);

test('codex cannot commit in auto, says so, and can with --allow-commit', async () => {
  for (const [more, commits] of [
    [[], 1],
    [['--allow-commit'], 2],
  ] as const) {
    const stage = await setStage(model, 'codex');
    const { task_id: id, notices } = await run(stage, 'commits', ...more);
    expect(notices.join('\n')).toContain(commits === 1 ? 'cannot commit' : 'codex may write');
    await stage.get(['wait', id]);
    expect(git(stage.repo, 'log', '--format=%s').trim().split('\n')).toHaveLength(commits);
  }
});

test('claude is told of an attached file and may read it where it lies; codex refuses what is no picture', async () => {
  const file = join(temporaryFolder('outside'), 'notes.txt');
  writeFileSync(file, 'the attached words');
  const stage = await setStage(model, 'claude');
  const { task_id: id } = await run(stage, 'looks', '--attach', file);
  await stage.get(['wait', id]);
  const request = model.requestsOf('looks').at(-1)!;
  expect(toolResults(request).join()).toContain('the attached words');
  const refused = await stage.ask('run', '--backend', 'codex', '--prompt', 'Look.', '--attach', file);
  expect(refused).toMatchObject({ exitCode: 4, error: { code: 'attachment_unsupported' } });
});
