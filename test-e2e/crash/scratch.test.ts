import { test } from 'vitest';
import { cleanUp, startModelServer } from '../harness/index.ts';
import { agentNames, scripts, wholeWorklog } from './agents.ts';
import { breaches } from './promises.ts';
import { User } from './user.ts';
import { makeBed, World } from './world.ts';
import { readLog } from '../faults/faults.ts';
import { readFileSync, existsSync } from 'node:fs';

test('story', async () => {
  const worlds = new Map<string, World>();
  const model = await startModelServer(scripts((tag) => worlds.get(tag)));
  const bed = makeBed(model);
  for (const agent of agentNames) {
    const t0 = Date.now();
    const world = await World.make(bed, agent);
    worlds.set(world.tag, world);
    const user = new User(world);
    try {
      for (const command of ['run', 'supervise']) void command;
      const id = await user.reach('first_turn');
      await user.look(id);
      await user.reach('completed');
      await user.look(id);
    } catch (e) { console.log(String(e)); }
    console.log(agent, Date.now() - t0, await breaches(world, { worklog: wholeWorklog }), user.breaches, Date.now() - t0);
    console.log(world.story(), world.worklog(), model.turns(`first ${world.tag}`), model.turns(`second ${world.tag}`));
    if (existsSync(world.path('ask.log'))) console.log(readFileSync(world.path('ask.log'),'utf8'));
    await world.dispose();
  }
  await model.close();
  await cleanUp();
}, 200000);
