import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import { cleanUpAfterEach, marked, shell, startModelServer, text } from './harness/index.ts';
import { askCommandIn, setStage } from './harness/stage.ts';
import { openPane } from './harness/tmux.ts';

let model: ModelServer;
beforeAll(async () => {
  model = await startModelServer({
    hello: [text('Hello, user.')],
    asks: [
      ({ conversation }) => shell(`${askCommandIn(conversation)} 'Red or blue?'; echo "exit $?"`),
      text('The door is painted.'),
    ],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();
const extension = join(import.meta.dirname, '../integrations/pi-dispatch-host/index.ts');

test.each(['0.73.1', '0.87.1'] as const)('explore %s', async (pi) => {
  const stage = await setStage(model, 'pi', { pi });
  const pane = openPane([join(stage.home.bin, 'pi'), '-e', extension], { cwd: stage.repo, env: stage.home.env });
  const snap = async (name: string, ms = 2500) => {
    await new Promise((r) => setTimeout(r, ms));
    console.log(`#### ${name}\n${pane.screen()}`);
  };
  await pane.shows(/stub-model/);
  pane.type(`hello ${marked('hello', pi)}`);
  await pane.shows(/hello \[\[/);
  pane.press('Enter');
  await pane.shows(/Hello, user/);
  pane.type('/dispatch ');
  await snap('completion', 1500);
  pane.press('C-u');
  await snap('cleared', 500);
  pane.type(`/dispatch --backend pi Paint the door, don't wait. ${marked('asks', pi)}`);
  await snap('typed', 500);
  pane.press('Enter');
  await pane.shows(/Red or blue/).catch(() => 0);
  await snap('dispatched', 500);
  pane.type('/dispatch answer ');
  await snap('complete answer', 2500);
  pane.type('Blue it is.');
  await snap('typed answer', 500);
  pane.press('Enter');
  await pane.shows(/completed/).catch(() => 0);
  await snap('answered', 500);
  pane.type('/dispatch list');
  await snap('typed list', 1500);
  pane.press('Enter');
  await snap('list', 3000);
  pane.type('/dispatch ready');
  await snap('typed ready', 1000);
  pane.press('Enter');
  await snap('ready', 5000);
  pane.type('/quit');
  await snap('typed quit', 1000);
  pane.press('Enter');
  await new Promise((r) => setTimeout(r, 2000));
  const again = openPane([join(stage.home.bin, 'pi'), '-c', '-e', extension], {
    cwd: stage.repo,
    env: stage.home.env,
  });
  await again.shows(/stub-model/);
  await new Promise((r) => setTimeout(r, 3000));
  console.log(again.screen());
  again.close();
}, 180_000);
