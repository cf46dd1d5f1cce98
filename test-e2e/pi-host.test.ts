// The pi extension in both versions of pi, in a terminal: what a user types there, and what stands on the screen.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aloneHere, hostCommands, valuedHere } from '../integrations/pi-dispatch-host/src/commands.ts';
import type { ModelServer, PiVersion } from './harness/index.ts';
import {
  cleanUpAfterEach,
  dispatchProgram,
  installAgents,
  installPi087,
  marked,
  shell,
  startModelServer,
  temporaryFolder,
  text,
  until,
  userTexts,
} from './harness/index.ts';
import type { Stage } from './harness/stage.ts';
import { askCommandIn, setStage } from './harness/stage.ts';
import { noTmux, openPane, type Pane } from './harness/tmux.ts';

const repository = join(import.meta.dirname, '..');
const extension = join(repository, 'integrations/pi-dispatch-host/index.ts');
const tmuxIsMissing = noTmux();
if (tmuxIsMissing !== null) console.log(`pi in a terminal is not tried: ${tmuxIsMissing}`);

let model: ModelServer;
beforeAll(async () => {
  await installAgents();
  await installPi087();
  model = await startModelServer({
    hello: [text('Hello, user.')],
    later: [text('So it is done.')],
    asks: [
      ({ conversation }) => shell(`${askCommandIn(conversation)} 'Red or blue?'; echo "exit $?"`),
      text('The door is painted.'),
    ],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

/** Opens pi where the extension is loaded from this checkout, unless other arguments are given. */
function openPi({ home, repo }: Stage, args: string[] = ['-e', extension], env = {}): Pane {
  const command = [join(home.bin, 'pi'), ...args];
  return openPane(command, { cwd: repo, env: { ...home.env, ...env } });
}

async function send(pane: Pane, line: string): Promise<void> {
  pane.type(line);
  const end = line.slice(-20).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  await pane.shows(new RegExp(end));
  pane.press('Enter');
}

/** pi keeps a session once the model has spoken in it; 0.87.1 takes nothing before it has started. */
async function greet(pane: Pane, tag: string): Promise<void> {
  await pane.shows(/stub-model/);
  await send(pane, `Hello. ${marked('hello', tag)}`);
  await until(
    () => {
      const isThere = /Hello, user\./.test(pane.screen());
      if (!isThere) pane.press('Enter');
      return isThere;
    },
    { what: `pi answers: ${pane.screen()}`, everyMs: 1000, timeoutMs: 30_000 },
  );
}

/** Goes to an entry of the session's tree, without a summary of what is left. */
async function goInTree(pane: Pane, entry: RegExp, key: 'Up' | 'Down'): Promise<void> {
  await send(pane, '/tree');
  await pane.shows(/Session Tree/);
  await until(
    () => {
      const isThere = entry.test(pane.screen());
      if (!isThere) pane.press(key);
      return isThere;
    },
    { what: `${String(entry)} is reached`, everyMs: 300 },
  );
  pane.press('Enter');
  await pane.shows(/No summary/);
  pane.press('Enter');
  await pane.showsNot(/No summary/);
}

/** What a screen shows, without what is another at each run. */
function clean(screen: string, { repo, home }: Stage, id: string): string {
  const lines = screen.replaceAll(id, '1m8pej1ddeszda').replaceAll(repo, '/home/user/shop').split('\n');
  const begin = lines.findIndex((line) => line.includes('[[script:hello'));
  return lines.slice(Math.max(begin, 0)).join('\n').replaceAll(home.home, '/home/user').trimEnd();
}

/** From the widget down: what the extension keeps there, the line that is typed, pi's footer. */
function lowerPart(screen: string): string {
  const lines = screen.split('\n');
  return lines.slice(lines.findLastIndex((line) => line.startsWith(' Paint the door  '))).join('\n');
}

/** Writes the screens of a version down, or holds the lower part of each against what is written down. */
function keepScreens(pi: PiVersion, screens: Record<string, string>): void {
  const file = join(repository, `integrations/pi-dispatch-host/screens/pi-${pi}.txt`);
  const sections = Object.entries(screens).map(([name, screen]) => `==== ${name}\n\n${screen}\n`);
  if (process.env.DISPATCH_WRITE === '1') writeFileSync(file, sections.join('\n'));
  const kept = readFileSync(file, 'utf8')
    .split(/^==== .*\n\n/m)
    .slice(1);
  const lower = (all: string[]) => all.map((screen) => lowerPart(screen.trimEnd()));
  expect(lower(Object.values(screens))).toEqual(lower(kept));
}

test('has each command and option of dispatch', async () => {
  const { get } = await setStage(model, 'pi');
  const { commands } = await get<{ commands: { command: string }[] }>(['help']);
  const first = commands.map(({ command }) => command.split(' ')[0]!);
  const own = Object.entries(hostCommands).filter(([, { takes }]) => takes === 'own');
  expect(Object.keys(hostCommands).toSorted()).toEqual(
    [...new Set([...first, ...own.map(([name]) => name)])].toSorted(),
  );
  const valued = new Set(['--root']);
  const alone = new Set(['--help', '-h']);
  for (const [name, { takes }] of Object.entries(hostCommands)) {
    if (takes !== 'prompt' && takes !== 'text') continue;
    const { options } = await get<{ options: { names: string[]; takes_value: boolean }[] }>(['help', name]);
    for (const one of options) one.names.forEach((option) => (one.takes_value ? valued : alone).add(option));
  }
  expect(valuedHere.toSorted()).toEqual([...valued].toSorted());
  expect([...aloneHere, '--foreground'].toSorted()).toEqual([...alone].toSorted());
});

describe.each<{ pi: PiVersion }>([{ pi: '0.73.1' }, { pi: '0.87.1' }])('pi $pi', ({ pi }) => {
  test.skipIf(tmuxIsMissing !== null)(
    'shows a task that asks, is answered and completes, and selects it again after a restart',
    async () => {
      const stage = await setStage(model, 'pi', { pi });
      const screens: Record<string, string> = {};
      const calls = join(stage.home.home, 'calls');
      const counted = `#!/bin/sh\necho "$2" >> ${calls}\nexec node ${dispatchProgram} "$@"\n`;
      const env = { DISPATCH_BIN: stage.home.program('counted', counted) };
      const pane = openPi(stage, ['-e', extension], env);
      await greet(pane, `life-${pi}`);

      await send(
        pane,
        `/dispatch --backend pi --title "Paint the door" Paint it. ${marked('asks', `life-${pi}`)}`,
      );
      await pane.shows(/^ has a question$[^]*│ Red or blue\?[^]*^dispatch has a question$/m);
      const [{ task_id: id }] = await stage.get<[{ task_id: string }]>(['list']);
      screens['The worker asks'] = clean(pane.screen(), stage, id);

      pane.type('/dispatch re');
      await pane.shows(/resume +goes on with a task[^]*result +what came of a task[^]*ready/);
      pane.press('C-u');
      pane.type('/dispatch answer ');
      await pane.shows(new RegExp(`→ ${id} +has a question`));
      screens['Completion behind /dispatch answer'] = clean(pane.screen(), stage, id);
      pane.type('Blue it is.');
      await pane.showsNot(/→/);
      pane.press('Enter');
      await pane.shows(/Answered question 001[^]*^ completed$[^]*^dispatch completed$/m);
      screens['It was answered, and has completed'] = clean(pane.screen(), stage, id);
      expect(await stage.status(id)).toMatchObject({ attempts: [{}], questions: [{ taken_by: 'ask' }] });

      await send(pane, `And now? ${marked('later', `life-${pi}`)}`);
      await pane.shows(/So it is done\./);
      const told = userTexts(model.requestsOf(`later life-${pi}`)[0]!).join('\n');
      expect(told).toContain(`The dispatched task ${id} is now awaiting_user (question).`);
      expect(told).toContain(`The dispatched task ${id} is now completed (turn_succeeded).`);

      await send(pane, '/quit');
      await until(() => !isRunning(pane.pid), { what: 'pi has ended' });
      const again = openPi(stage, ['-c', '-e', extension], env);
      await again.shows(/^ Paint the door {2}[^]*^ completed$[^]*^dispatch completed$/m);
      screens['pi was started again'] = clean(again.screen(), stage, id);
      await send(again, '/dispatch result');
      await again.shows(/ completed\n +The door is painted\./);
      again.close();
      // A look that caused another would make hundreds.
      const looks = readFileSync(calls, 'utf8')
        .split('\n')
        .filter((call) => call === 'inspect');
      expect(looks.length).toBeLessThan(20);
      keepScreens(pi, screens);
    },
  );

  test.skipIf(tmuxIsMissing !== null)('is killed, and the task goes on', async () => {
    const stage = await setStage(model, 'pi', { pi });
    const pane = openPi(stage);
    await greet(pane, `killed-${pi}`);
    await send(pane, `/dispatch --backend pi --title Door Paint it. ${marked('asks', `killed-${pi}`)}`);
    await pane.shows(/^dispatch has a question$/m);
    process.kill(pane.pid, 'SIGKILL');
    await until(() => !isRunning(pane.pid), { what: 'pi is dead' });
    const [{ task_id: id }] = await stage.get<[{ task_id: string }]>(['list']);
    await stage.get(['answer', id, '--message', 'Blue.']);
    await stage.get(['wait', id]);
    const again = openPi(stage, ['-c', '-e', extension]);
    await again.shows(/^dispatch completed$/m);

    await goInTree(again, /› .*assistant: Hello, user/, 'Up');
    await again.showsNot(/^dispatch completed$/m);
    await goInTree(again, /› .*\[dispatch\]/, 'Down');
    await again.shows(/^dispatch completed$/m);
    // pi offers what was said there to be said anew.
    again.press('C-c');
    await send(again, '/new');
    await again.showsNot(/^dispatch completed$/m);
    again.close();
  });

  test.skipIf(tmuxIsMissing !== null)(
    'takes the dispatch of PATH where it was copied, and says how to get one where there is none',
    async () => {
      const stage = await setStage(model, 'pi', { pi });
      const folder = join(stage.home.home, '.pi/agent/extensions/dispatch');
      mkdirSync(folder, { recursive: true });
      copyFileSync(extension, join(folder, 'index.ts'));
      const pane = openPi(stage, []);
      await greet(pane, `copied-${pi}`);
      await send(pane, '/dispatch ready');
      await pane.shows(/dispatch is not installed: there is none on PATH\n +Get it: .*npm ci/);
      const own = stage.home.program('dispatch', `#!/bin/sh\nexec node ${dispatchProgram} "$@"\n`);
      await send(pane, '/dispatch which');
      await pane.shows(new RegExp(`dispatch is ${own} \\(by PATH\\)`));
      await send(pane, '/dispatch');
      await pane.shows(/Ready: a task goes to claude/);
      pane.close();
    },
  );

  test('has the types that the extension is written for', async () => {
    const { pi: program } = pi === '0.73.1' ? await installAgents() : await installPi087();
    const owner = pi === '0.73.1' ? '@mariozechner' : '@earendil-works';
    const modules = realpathSync(join(dirname(program), '..'));
    const types = join(modules, owner, 'pi-coding-agent/dist/index.d.ts');
    const folder = temporaryFolder('types');
    const source = `import type { ExtensionFactory } from '${types}';\nimport dispatchHost from '${extension}';\n`;
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'it.ts'), `${source}export const it: ExtensionFactory = dispatchHost;\n`);
    const settings = {
      extends: join(repository, 'integrations/pi-dispatch-host/tsconfig.json'),
      compilerOptions: { typeRoots: [join(repository, 'node_modules/@types')] },
      include: ['it.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    const tsc = spawnSync(join(repository, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' });
    expect(tsc.stdout).toBe('');
    expect(tsc.status).toBe(0);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
