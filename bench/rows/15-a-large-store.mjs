import { fixed, median, medianRatio } from '../harness/statistics.mjs';
import { BenchStore } from '../harness/store.mjs';

const days = 365;

export const row = {
  work: '`list --limit 20` of 100,000 tasks against 100; `inspect --event-limit 10` of 100,000 events against 20',
  bar: '≤ 1.25; ≤ 1.2',
  how:
    'the whole process with `--json`, the two in turn; the tasks are over and were made in the course of a year, ' +
    'the events are notes',

  async measure(bed) {
    const many = bed.amount(100_000, 2_000);
    const large = new BenchStore(bed);
    const small = new BenchStore(bed);
    try {
      for (const [store, count] of [
        [large, many],
        [small, 100],
      ]) {
        const maker = bed.worker('clone-tasks', { root: store.root });
        await maker.ask({ count, days });
        await maker.close();
      }
      const writer = bed.worker('long-journal', { root: small.root });
      const long = await writer.ask({ events: many });
      const short = await writer.ask({ events: 20 });
      await writer.close();
      const lists = [];
      const inspects = [];
      for (let round = 0; round < bed.rounds * 2; round += 1) {
        lists.push({
          floor: await small.timed('list', '--limit', '20'),
          ours: await large.timed('list', '--limit', '20'),
        });
        inspects.push({
          floor: await small.timed('inspect', short, '--event-limit', '10'),
          ours: await small.timed('inspect', long, '--event-limit', '10'),
        });
      }
      const [list, inspect] = [medianRatio(lists), medianRatio(inspects)];
      const ms = (rounds) => fixed(median(rounds.map(({ ours }) => ours)), 1);
      return {
        ok: list <= 1.25 && inspect <= 1.2,
        shown: `${fixed(list)}, ${fixed(inspect)}`,
        detail: `${ms(lists)} and ${ms(inspects)} ms`,
        rounds: { lists, inspects },
      };
    } finally {
      await large.remove();
      await small.remove();
    }
  },
};
