// Supervisor, launcher, the agent's leader and everything of dispatch are killed at each stage of an attempt.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanUp, type ModelServer, startModelServer } from '../harness/index.ts';
import { type AgentName, scripts } from './agents.ts';
import { drawn, everything, inParallel, keep, report, seed } from './draw.ts';
import { anotherBoot, available } from '../faults/boot.ts';
import { launcherWrites, runLauncherCase } from './launcher-writes.ts';
import { processCases, runProcessCase } from './processes.ts';
import { type Bed, makeBed, type World } from './world.ts';

const worlds = new Map<string, World>();
const register = (world: World) => void worlds.set(world.tag, world);
let model: ModelServer;
let bed: Bed;

beforeAll(async () => {
  console.log(`crash matrix, processes: DISPATCH_SEED=${seed}`);
  model = await startModelServer(scripts((tag) => worlds.get(tag)));
  bed = makeBed(model);
});
afterAll(async () => {
  await model.close();
  await cleanUp();
}, 60_000);

const plan: { agent: AgentName; sample: number; atOnce: number }[] = [
  { agent: 'sh', sample: 3, atOnce: 4 },
  { agent: 'keeper', sample: 3, atOnce: 4 },
  { agent: 'checked', sample: 1, atOnce: 4 },
  { agent: 'codex', sample: 3, atOnce: 3 },
  { agent: 'claude', sample: 3, atOnce: 3 },
  { agent: 'pi', sample: 1, atOnce: 3 },
];

for (const { agent, sample, atOnce } of plan) {
  test(
    `${agent}: whoever is killed, the story goes on`,
    { timeout: everything ? 3_600_000 : 240_000 },
    async () => {
      const failures: Parameters<typeof report>[0] = [];
      await inParallel(atOnce, drawn(processCases(agent), sample, agent), async (one) => {
        const name = `${agent}, ${one.target} killed at ${one.stage}`;
        const { breaches, met, story } = await runProcessCase(bed, register, one);
        const share = 'every stage';
        keep({ part: 'processes', agent, what: one.target, where: one.stage, share, met, breaches, name });
        if (breaches.length > 0) failures.push({ name, breaches, story });
      });
      expect(failures.length, report(failures)).toBe(0);
    },
  );
}

const possible = await available(anotherBoot());
if (possible !== true)
  keep({ part: 'processes', what: "the launcher's writes (a mount namespace)", why: possible });

test.skipIf(possible !== true)(
  'whatever the launcher had written, the story goes on',
  { timeout: everything ? 3_600_000 : 240_000 },
  async () => {
    const failures: Parameters<typeof report>[0] = [];
    const all = plan
      .filter(({ agent }) => agent !== 'checked')
      .flatMap(({ agent }) => launcherWrites.map((write) => ({ agent, write })));
    await inParallel(4, drawn(all, 4, 'launcher'), async (one) => {
      const name = `${one.agent}, launcher killed ${one.write}`;
      const { breaches, met, story } = await runLauncherCase(bed, register, one);
      const share = 'each of its writes';
      keep({
        part: 'processes',
        agent: one.agent,
        what: 'launcher',
        where: one.write,
        share,
        met,
        breaches,
        name,
      });
      if (breaches.length > 0) failures.push({ name, breaches, story });
    });
    expect(failures.length, report(failures)).toBe(0);
  },
);
