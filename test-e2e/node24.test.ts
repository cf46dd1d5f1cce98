// The whole story with everything of dispatch on Node 24: commands, supervisor, and the worker's own `ask`.
import { readFileSync, realpathSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  createSandboxHome,
  dataOf,
  installAgents,
  installNode24,
  livingProcesses,
  marked,
  shell,
  stageIn,
  startModelServer,
  text,
  userTexts,
} from './harness/index.ts';
import { askCommandIn, bothAgents } from './harness/stage.ts';

let model: ModelServer;
let node: string;

beforeAll(async () => {
  await installAgents();
  ({ node } = await installNode24());
  model = await startModelServer({
    story: [
      ({ conversation }) => shell(`${askCommandIn(conversation)} 'Which colour?' > colour.txt`),
      text('Painted.'),
      text('Polished.'),
    ],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

test.each(bothAgents)('run, ask, answer, resume on $agent', async ({ agent }) => {
  const stage = stageIn(await createSandboxHome({ modelUrl: model.url }));
  const type = (...args: string[]) => stage.type(args, { node });
  const tag = `${agent}-24`;
  const { task_id: id } = dataOf(
    await type('run', '--backend', agent, '--prompt', `Paint it. ${marked('story', tag)}`),
  );
  expect((await type('wait', id)).exitCode).toBe(20);
  const supervisors = livingProcesses().filter(
    ({ argv }) => argv.includes('supervise') && argv.includes(stage.root),
  );
  expect(supervisors.map(({ argv }) => realpathSync(argv[0] ?? ''))).toEqual([realpathSync(node)]);
  dataOf(await type('answer', id, '--message', 'red'));
  expect((await type('wait', id)).exitCode).toBe(0);
  expect(readFileSync(`${stage.cwd}/colour.txt`, 'utf8')).toContain('red');
  dataOf(await type('resume', id, '--message', 'Polish it.'));
  expect((await type('wait', id)).exitCode).toBe(0);
  const last = model.requestsOf(`story ${tag}`).at(-1);
  expect(userTexts(last!).join('\n')).toMatch(/Paint it\.[^]*Polish it\./);
  expect(model.turns(`story ${tag}`)).toEqual([1, 1, 1]);
});
