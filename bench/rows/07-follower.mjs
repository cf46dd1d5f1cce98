import { join } from 'node:path';
import { fixed, quantile } from '../harness/statistics.mjs';

const events = 100;
const gapMs = 5;

export const row = {
  work: 'delay of a follower, p99, with 1 and with 100 tasks, against a raw `fs.watch`',
  bar: '≤ 2 and ≤ 10 ms',
  how:
    'from before the commit in one process to the event in another, which follows all the tasks; the raw one watches ' +
    'the folders, reads what is new and parses it. 100 events a round, every 5 ms; p99 over all rounds',

  async measure(bed) {
    const root = join(bed.newFolder(), 'root');
    const home = bed.newFolder();
    const maker = bed.worker('add-tasks', { root });
    const all = await maker.ask({ count: 101 });
    await maker.close();
    const one = await follow(bed, { root, home, ids: all.slice(0, 1) });
    const hundred = await follow(bed, { root, home, ids: all.slice(1) });
    const show = ({ ours, ratio }) => `${fixed(ratio)}, ${fixed(ours)} ms`;
    return {
      ok: [one, hundred].every(({ ours, ratio }) => ratio <= 2 && ours <= 10),
      shown: `1: ${show(one)}; 100: ${show(hundred)}`,
      detail: `raw p99 ${fixed(one.floor)} and ${fixed(hundred.floor)} ms; our p50 ${fixed(one.p50)} and ${fixed(hundred.p50)} ms`,
      rounds: [one, hundred],
    };
  },
};

/** One follower at a time, a new one each round: what they take from each other must not count. */
async function follow(bed, { root, home, ids }) {
  const delays = { library: [], raw: [] };
  for (let round = 0; round < bed.rounds; round += 1) {
    for (const kind of round % 2 === 0 ? ['library', 'raw'] : ['raw', 'library']) {
      const follower = bed.worker('follow', { kind, root, home, ids });
      const writer = bed.worker('write-slowly', { root, ids });
      await Promise.all([follower.next(), writer.next()]);
      // What runs for the first time is compiled; a follower is a process that stays.
      await writer.ask({ count: 20, gapMs });
      await settled(follower, 20);
      await writer.ask({ count: events, gapMs });
      delays[kind].push(...(await settled(follower, events)));
      await Promise.all([writer.close(), follower.close()]);
    }
  }
  const floor = quantile(delays.raw, 0.99);
  const ours = quantile(delays.library, 0.99);
  return { floor, ours, ratio: ours / floor, p50: quantile(delays.library, 0.5) };
}

/** All `count` delays; an event that does not come within a while is an error, not a delay. */
async function settled(follower, count) {
  const delays = [];
  const end = performance.now() + 10_000;
  for (;;) {
    delays.push(...(await follower.ask({})));
    if (delays.length === count) return delays;
    if (performance.now() > end) throw new Error(`${delays.length} of ${count} events came to the follower`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
