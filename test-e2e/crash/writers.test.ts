// A writer is killed, or fails, at each of its calls that change something; then the story goes on as a user would.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanUp, type ModelServer, startModelServer } from '../harness/index.ts';
import { type AgentName, scripts } from './agents.ts';
import { drawn, everything, inParallel, keep, report, seed } from './draw.ts';
import { type Bed, makeBed, type World } from './world.ts';
import {
  boundariesOf,
  type Mode,
  modesAt,
  runWriterCase,
  type WriterCase,
  type WriterName,
  writerNames,
} from './writers.ts';

const worlds = new Map<string, World>();
const register = (world: World) => void worlds.set(world.tag, world);
let model: ModelServer;
let bed: Bed;

beforeAll(async () => {
  console.log(`crash matrix, writers: DISPATCH_SEED=${seed}`);
  model = await startModelServer(scripts((tag) => worlds.get(tag)));
  bed = makeBed(model);
});
afterAll(async () => {
  await model.close();
  await cleanUp();
}, 60_000);

/** `run --key` makes all calls of `run` and its own. Stories of real agents take longer: there it is kills alone. */
function isMetIn(agent: AgentName, writer: WriterName, mode: Mode): boolean {
  return mode === 'kill_before' || (agent === 'sh' && writer !== 'run');
}

function casesOf(agent: AgentName, writer: WriterName, boundaries: boolean[]): WriterCase[] {
  return boundaries.flatMap((writesBytes, at) =>
    modesAt(writesBytes)
      .filter((mode) => isMetIn(agent, writer, mode))
      .map((mode) => ({ agent, writer, mode, n: at + 1 })),
  );
}

const ofRealAgents = writerNames.filter((writer) => writer !== 'run --key' && writer !== 'doctor');

const plan: { agent: AgentName; writers: WriterName[]; sample: number; atOnce: number }[] = [
  { agent: 'sh', writers: writerNames, sample: 3, atOnce: 6 },
  { agent: 'checked', writers: ['supervisor', 'resume'], sample: 1, atOnce: 6 },
  { agent: 'codex', writers: ofRealAgents, sample: 1, atOnce: 3 },
  { agent: 'claude', writers: ofRealAgents, sample: 1, atOnce: 3 },
  { agent: 'pi', writers: ofRealAgents, sample: 1, atOnce: 3 },
];

for (const { agent, writers, sample, atOnce } of plan) {
  test(
    `${agent}: no promise is broken wherever a writer ends`,
    { timeout: everything ? 3_600_000 : 240_000 },
    async () => {
      const chosen = drawn(writers, agent === 'sh' ? writers.length : 1, agent);
      const cases: WriterCase[] = [];
      await inParallel(atOnce, chosen, async (writer) => {
        const boundaries = await boundariesOf(bed, register, agent, writer);
        expect(boundaries.length, `${writer} changes something`).toBeGreaterThan(0);
        cases.push(...drawn(casesOf(agent, writer, boundaries), sample, `${agent} ${writer}`));
      });
      const failures: Parameters<typeof report>[0] = [];
      await inParallel(atOnce, cases, async (one) => {
        const { writer, mode, n } = one;
        const name = `${agent}, ${writer}, ${mode} ${n}`;
        const { breaches, met, story } = await runWriterCase(bed, register, one);
        keep({
          part: 'writers',
          agent,
          what: writer,
          where: mode,
          share: 'every boundary',
          met,
          breaches,
          name,
        });
        if (breaches.length > 0) failures.push({ name, breaches, story });
      });
      expect(failures.length, report(failures)).toBe(0);
    },
  );
}
