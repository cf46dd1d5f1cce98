import { join } from 'node:path';
import { fixed, median, medianRatio } from '../harness/statistics.mjs';

export const row = {
  work: 'append one event at 100,000 events against 0',
  bar: '≤ 1.2',
  how: 'each time from a journal that was just opened: read the snapshot, append, look who won, write the snapshot',

  async measure(bed) {
    const worker = bed.worker('append', { root: join(bed.newFolder(), 'root'), events: 100_000 });
    await worker.next();
    const rounds = [];
    for (let round = 0; round < bed.rounds; round += 1) {
      const { ours, floor } = await worker.ask({ appends: 100 });
      rounds.push({ ours: median(ours), floor: median(floor) });
    }
    await worker.close();
    const ratio = medianRatio(rounds);
    const microseconds = median(rounds.map(({ ours }) => ours)) * 1000;
    return {
      ok: ratio <= 1.2,
      shown: fixed(ratio),
      detail: `${fixed(microseconds, 0)} µs at 100,000`,
      rounds,
    };
  },
};
