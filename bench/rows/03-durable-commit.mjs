import { join } from 'node:path';
import { fixed, median, medianRatio } from '../harness/statistics.mjs';

export const row = {
  work: 'a durable commit against write, fsync, rename, fsync of the folder',
  bar: '≤ 1.6',
  how: 'a change of status, and the bytes of its `task.json` written durably, by turns in one process',

  async measure(bed) {
    const worker = bed.worker('commit', { root: join(bed.newFolder(), 'root') });
    await worker.next();
    await worker.ask({ commits: 50 });
    const rounds = [];
    for (let round = 0; round < bed.rounds; round += 1) {
      const { ours, floor } = await worker.ask({ commits: 100 });
      rounds.push({ ours: median(ours), floor: median(floor) });
    }
    await worker.close();
    const ratio = medianRatio(rounds);
    const shown = (key) => `${fixed(median(rounds.map((round) => round[key])) * 1000, 0)} µs`;
    return {
      ok: ratio <= 1.6,
      shown: fixed(ratio),
      detail: `${shown('ours')} against ${shown('floor')}`,
      rounds,
    };
  },
};
