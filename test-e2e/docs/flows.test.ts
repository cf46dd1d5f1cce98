// Every command of docs/flows.md is typed, and what it prints is what stands there; `DISPATCH_WRITE=1` writes it anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  cleanUpAfterEach,
  dispatchProgram,
  installAgents,
  marked,
  shell,
  startModelServer,
  startProgram,
  text,
  until,
  type ModelServer,
} from '../harness/index.ts';
import { askCommandIn, setStage, taskFolderIn, type Stage } from '../harness/stage.ts';
import { Normal } from './normal.ts';

const page = join(import.meta.dirname, '../../docs/flows.md');
let model: ModelServer;

/** Which script of the model a request begins. */
const scripts: Readonly<Record<string, string>> = {
  'Paint the button': 'button',
  'Choose a font': 'font',
  'Rework the menu': 'menu',
  'Take your time': 'long',
};

const plan = '# Release\n\n- [ ] Write the changelog\n- [ ] Raise the version\n';

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    button: [
      ({ conversation }) => shell(`${askCommandIn(conversation)} 'Which colour?'`),
      text('The button is blue.'),
      text('The label fits.'),
    ],
    font: [
      ({ conversation }) => shell(`${askCommandIn(conversation)} --timeout 1s 'With serifs?'`),
      ({ conversation }) => shell(`echo 'The font is open.' > ${taskFolderIn(conversation)}/context.md`),
      text('I stop until I know.'),
      text('It has serifs now.'),
    ],
    plan: [
      ({ conversation }) => {
        const folder = taskFolderIn(conversation);
        return shell(`sed -i 's/\\[ \\]/[x]/' ${folder}/plan.md && touch ${folder}/mailbox/.done`);
      },
      text('Both are done.'),
    ],
    menu: [text('I would change the colours and the order.'), text('The colours are new.')],
    long: [shell('sleep 300')],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

interface Typed {
  command: string;
  printed: string;
}

/** `dispatch` is on the PATH, as it is for whoever reads the page. */
async function type(stage: Stage, command: string): Promise<string> {
  const [phrase, script] = Object.entries(scripts).find(([one]) => command.includes(one)) ?? [];
  const typed =
    phrase === undefined ? command : command.replace(phrase, `${phrase} ${marked(script!, 'flows')}`);
  const ended = await startProgram('/bin/sh', ['-c', typed], { cwd: stage.repo, env: stage.home.env }).ended;
  // Its reader comes back later: by then the worker has given up.
  if (script === 'font') await until(async () => !(await lives(stage)), { what: 'the end of the turn' });
  return ended.stdout + ended.stderr;
}

async function lives(stage: Stage): Promise<boolean> {
  return (await stage.status('@last')).attempt_alive !== false;
}

test('docs/flows.md says what is printed', async () => {
  const stage = await setStage(model, 'codex', {
    files: { 'plan.md': `${plan}\n${marked('plan', 'flows')}\n` },
  });
  stage.home.program('dispatch', `#!/bin/sh\nexec '${process.execPath}' '${dispatchProgram}' "$@"\n`);
  const normal = new Normal(stage);
  const written = readFileSync(page, 'utf8');
  const parts = written.split(/(?<=^```console\n)([^]*?)(?=^```$)/m);
  for (const [at, part] of parts.entries()) {
    if (at % 2 === 0) continue;
    const typed: Typed[] = [];
    for (const command of part.split('\n').filter((line) => line.startsWith('$ '))) {
      const printed = normal.text(await type(stage, command.slice(2))).replaceAll(/\n{3,}/g, '\n\n');
      typed.push({ command, printed: printed.trimEnd() });
    }
    parts[at] = `${typed.map(({ command, printed }) => `${command}\n${printed}`).join('\n\n')}\n`;
  }
  const said = await format(parts.join(''), { ...(await resolveConfig(page)), filepath: page });
  if (process.env['DISPATCH_WRITE'] === '1') writeFileSync(page, said);
  expect(said).toBe(readFileSync(page, 'utf8'));
});
