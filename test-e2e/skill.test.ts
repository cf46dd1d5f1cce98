// `run --skill` with the real agents: the text is in the first prompt and stays as it was; the folder can be read, no more.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  installAgents,
  marked,
  read,
  startModelServer,
  temporaryFolder,
  text,
  toolResults,
  userTexts,
  write,
  writeFiles,
} from './harness/index.ts';
import { bothAgents, setStage } from './harness/stage.ts';

let model: ModelServer;
beforeAll(async () => {
  await installAgents();
  model = await startModelServer({ talk: [text('Said.')] });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

const skillText = '---\nname: paint\ndescription: how to paint\n---\nPaint by references/colours.md.\n';

/** A skill outside of every workspace, and a file beside it that is nobody's business. */
function makeSkill(): { folder: string; file: string; colours: string; beside: string } {
  const place = temporaryFolder('skills');
  writeFiles(place, {
    'paint/SKILL.md': skillText,
    'paint/references/colours.md': 'The wall is vermilion.\n',
    'beside.txt': 'Nothing of the skill.\n',
  });
  const folder = join(place, 'paint');
  return {
    folder,
    file: join(folder, 'SKILL.md'),
    colours: join(folder, 'references/colours.md'),
    beside: join(place, 'beside.txt'),
  };
}

const count = (whole: string, part: string): number => whole.split(part).length - 1;
const requestsOf = (tag: string) => model.requests().filter(({ marker }) => marker?.tag === tag);
const resultsOf = (tag: string) => toolResults(requestsOf(tag).at(-1)!);

const modes = ['read_only', 'standard', 'auto'] as const;
const everyAgent = [...bothAgents, { agent: 'pi' as const }];

test.each(everyAgent.flatMap(({ agent }) => modes.map((mode) => ({ agent, mode }))))(
  '$agent in mode $mode is given the text once and can read what is in its folder',
  async ({ agent, mode }) => {
    const stage = await setStage(model, agent);
    const { folder, file, colours } = makeSkill();
    const tag = `${agent}-${mode}`;
    model.script(`read-${tag}`, [read(colours), text('Painted.')]);
    const prompt = `Paint. ${marked(`read-${tag}`, tag)}`;
    const id = await stage.run('--skill', file, '--execution-mode', mode, '--prompt', prompt);
    await stage.type(['wait', id]);
    expect(await stage.status(id)).toMatchObject({
      status: 'completed',
      skill: { name: 'paint', source: file, folder, body: { path: 'skill.md' } },
    });
    const [first = ''] = userTexts(requestsOf(tag)[0]!);
    expect(count(first, skillText)).toBe(1);
    expect(first).toContain(`<skill>\n${skillText}\n</skill>`);
    expect(first).toContain(`is in ${folder}, for you to read`);
    expect(first.indexOf('</skill>')).toBeLessThan(first.indexOf('<request>'));
    expect(resultsOf(tag).join('\n')).toContain('vermilion');
  },
);

test.each(modes)('claude in mode %s reads a folder of any name', async (mode) => {
  const stage = await setStage(model, 'claude');
  const folder = join(temporaryFolder('skills'), 'a (b) [1], c\\d * !{e}? #f');
  writeFiles(folder, { 'SKILL.md': skillText, 'colours.md': 'The wall is vermilion.\n' });
  const tag = `odd-${mode}`;
  model.script(tag, [read(join(folder, 'colours.md')), text('Painted.')]);
  const id = await stage.run('--skill', folder, '--execution-mode', mode, '--prompt', marked(tag, tag));
  await stage.type(['wait', id]);
  expect(resultsOf(tag).join('\n')).toContain('vermilion');
});

test.each(modes)('claude in mode %s may neither write there nor read beside it', async (mode) => {
  const stage = await setStage(model, 'claude');
  const { folder, file, beside } = makeSkill();
  const tag = `narrow-${mode}`;
  const planted = join(folder, 'planted.txt');
  model.script(tag, [read(beside), write(planted, 'planted\n'), text('Tried.')]);
  const id = await stage.run('--skill', file, '--execution-mode', mode, '--prompt', marked(tag, tag));
  await stage.type(['wait', id]);
  expect(requestsOf(tag)).toHaveLength(3);
  expect(resultsOf(tag).join('\n')).not.toContain('Nothing of the skill');
  expect(existsSync(planted)).toBe(false);
});

test.each(bothAgents)(
  'what becomes of its source changes nothing for a session that begins anew ($agent)',
  async ({ agent }) => {
    const stage = await setStage(model, agent);
    const { file, folder } = makeSkill();
    const tag = `anew-${agent}`;
    const id = await stage.run('--skill', file, '--prompt', `Paint. ${marked('talk', tag)}`);
    await stage.type(['wait', id]);
    writeFileSync(file, 'Paint it black.\n');
    await stage.get(['resume', id, '--message', `Go on. ${marked('talk', `${tag}-2`)}`]);
    await stage.type(['wait', id]);
    // The session has it already.
    expect(count(userTexts(requestsOf(`${tag}-2`)[0]!).join('\n'), skillText)).toBe(1);
    rmSync(folder, { recursive: true });
    await stage.get(['resume', id, '--fresh', '--message', `Again. ${marked('talk', `${tag}-3`)}`]);
    await stage.type(['wait', id]);
    const anew = userTexts(requestsOf(`${tag}-3`)[0]!).join('\n');
    expect(count(anew, skillText)).toBe(1);
    expect(anew).not.toContain('black');
    const like = await stage.get<{ task_id: string }>([
      ...['run', '--like', id, '--prompt', `Like it. ${marked('talk', `${tag}-4`)}`],
    ]);
    await stage.type(['wait', like.task_id]);
    expect(userTexts(requestsOf(`${tag}-4`)[0]!).join('\n')).toContain(skillText);
    const fork = await stage.get<{ task_id: string }>([
      ...['fork', id, '--prompt', `Beside it. ${marked('talk', `${tag}-5`)}`],
    ]);
    await stage.type(['wait', fork.task_id]);
    expect(userTexts(requestsOf(`${tag}-5`)[0]!).at(-1)).toContain(skillText);
    expect(readFileSync(join(stage.root, 'tasks', fork.task_id, 'skill.md'), 'utf8')).toBe(skillText);
    // A worker may write there; what was granted counts.
    writeFileSync(join(stage.root, 'tasks', id, 'skill.md'), 'Paint it black.\n');
    const refused = await stage.ask('resume', id, '--fresh', '--message', 'Once more.');
    expect(refused.error).toMatchObject({ code: 'grant_mismatch' });
  },
);
