// The power is cut at a moment of a recorded story; after another boot the story goes on.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anotherBoot, available } from '../faults/boot.ts';
import { cleanUp, type ModelServer, startModelServer } from '../harness/index.ts';
import { type AgentName, scripts } from './agents.ts';
import { drawn, everything, inParallel, keep, report, seed } from './draw.ts';
import { type Cut, recordStory, runCut, type VariantName } from './power-cut.ts';
import { type Bed, makeBed, type World } from './world.ts';

const worlds = new Map<string, World>();
const register = (world: World) => void worlds.set(world.tag, world);
let model: ModelServer;
let bed: Bed;
const possible = await available(anotherBoot());

beforeAll(async () => {
  console.log(`crash matrix, power cuts: DISPATCH_SEED=${seed}`);
  model = await startModelServer(scripts((tag) => worlds.get(tag)));
  bed = makeBed(model);
});
afterAll(async () => {
  await model.close();
  await cleanUp();
}, 60_000);

/** Every so many calls a cut of that variant. */
const plan: { agent: AgentName; every: Record<VariantName, number>; sample: number; stories: number }[] = [
  { agent: 'sh', every: { strict: 1, lucky: 6, mixed: 4 }, sample: 3, stories: 4 },
  { agent: 'keeper', every: { strict: 3, lucky: 9, mixed: 3 }, sample: 3, stories: 4 },
  { agent: 'checked', every: { strict: 6, lucky: 24, mixed: 12 }, sample: 1, stories: 4 },
  { agent: 'codex', every: { strict: 12, lucky: 48, mixed: 24 }, sample: 1, stories: 2 },
  { agent: 'claude', every: { strict: 12, lucky: 48, mixed: 24 }, sample: 1, stories: 2 },
  { agent: 'pi', every: { strict: 12, lucky: 48, mixed: 24 }, sample: 1, stories: 2 },
];

if (possible !== true) keep({ part: 'power', what: 'power cuts with another boot', why: possible });

for (const { agent, every, sample, stories } of plan) {
  const name = `${agent}: what was promised before the cut is there after it`;
  test.skipIf(possible !== true)(name, { timeout: everything ? 3_600_000 : 240_000 }, async () => {
    const failures: Parameters<typeof report>[0] = [];
    const cutsOf = (calls: number): Cut[] =>
      Object.entries(every).flatMap(([variant, step]) =>
        Array.from({ length: Math.floor(calls / step) }, (_, at) => ({
          upTo: (at + 1) * step,
          variant: variant as VariantName,
          seed: seed + at,
        })),
      );
    // A store has one path, so each story takes its cuts one after the other.
    const parts = Array.from({ length: everything ? stories : 1 }, (_, part) => part);
    await inParallel(parts.length, parts, async (part) => {
      const story = await recordStory(bed, register, agent);
      const cuts = drawn(cutsOf(story.recording.calls.length), sample, agent);
      for (const cut of cuts.filter((_, at) => at % parts.length === part)) {
        const title = `${agent}, power cut after call ${cut.upTo}, ${cut.variant}`;
        const { breaches, met, story: told } = await runCut(story, cut);
        const step = every[cut.variant];
        const share = step === 1 ? 'after every call' : `after one call in ${step}`;
        keep({
          part: 'power',
          agent,
          what: 'power cut',
          where: cut.variant,
          share,
          met,
          breaches,
          name: title,
        });
        if (breaches.length > 0) failures.push({ name: title, breaches, story: told });
      }
      await story.world.dispose();
    });
    expect(failures.length, report(failures)).toBe(0);
  });
}
