import { test } from 'vitest';
import { cleanUp, startModelServer, livingProcesses } from '../harness/index.ts';
import { scripts } from './agents.ts';
import { makeBed, World } from './world.ts';
import { recordStory, runCut } from './power-cut.ts';
import { readFileSync, existsSync } from 'node:fs';
import { execSync } from 'node:child_process';
import { User } from './user.ts';

test('cuts', async () => {
  const worlds = new Map<string, World>();
  const model = await startModelServer(scripts((tag) => worlds.get(tag)));
  const bed = makeBed(model);
  const story = await recordStory(bed, (w) => worlds.set(w.tag, w), 'keeper');
  const orig = User.prototype.settled;
  User.prototype.settled = async function (id: string) {
    try { return await orig.call(this, id); } catch (e) {
      const w = this.world;
      console.log('EVENTS', execSync(`cut -c1-170 ${w.root}/tasks/${id}/events.jsonl; cat ${w.root}/supervisor/supervisor.log; ls -la ${w.root}/supervisor/lease ${w.root}/index ${w.root}/index/active; cat ${w.root}/supervisor/lease/*; cat ${w.home}/roots`).toString());
      console.log(livingProcesses().filter((p) => p.env.DISPATCH_HOME === w.home).map((p) => p.argv.join(' ').slice(0, 200)));
      console.log(w.typed.at(-1)!.stdout.slice(-1500));
      throw e;
    }
  };
  for (let upTo = 112; upTo < 175; upTo += 1) {
    const r = await runCut(story, { upTo, variant: 'lucky', seed: 1 });
    if (r.breaches.length) console.log(upTo, story.recording.calls[upTo-1]!.call, story.recording.calls[upTo-1]!.path.slice(-60), r.breaches, r.story); else console.log(upTo, 'ok');
  }
  await story.world.dispose();
  await model.close();
  await cleanUp();
}, 200000);
