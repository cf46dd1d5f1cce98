import { join } from 'node:path';
import { timed } from '../harness/processes.mjs';
import { fixed, median, medianRatio } from '../harness/statistics.mjs';
import { BenchStore } from '../harness/store.mjs';

export const row = {
  work: '`doctor` over 10,000 tasks against a loop that reads the same files',
  bar: '≤ 1.5',
  how:
    'the whole process of each; the loop reads the names in the four folders of each task, its journal and its snapshot, ' +
    'and does nothing with them',

  async measure(bed) {
    const store = new BenchStore(bed);
    try {
      const maker = bed.worker('clone-tasks', { root: store.root });
      await maker.ask({ count: bed.amount(10_000, 1_000), days: 365 });
      await maker.close();
      const loop = [bed.workers['read-tasks'], JSON.stringify({ tasks: join(store.root, 'tasks') })];
      await store.timed('doctor');
      const rounds = [];
      for (let round = 0; round < bed.rounds; round += 1) {
        const floor = await timed(bed.node, loop, { env: bed.environment() });
        rounds.push({ floor, ours: await store.timed('doctor') });
      }
      const ratio = medianRatio(rounds);
      return {
        ok: ratio <= 1.5,
        shown: fixed(ratio),
        detail: `${fixed(median(rounds.map(({ ours }) => ours)), 0)} ms on ${bed.cores} cores`,
        rounds,
      };
    } finally {
      await store.remove();
    }
  },
};
