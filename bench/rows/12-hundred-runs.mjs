import { join } from 'node:path';
import { ArrivalPipe, ReleasePipe } from '../harness/pipe.mjs';
import { timed } from '../harness/processes.mjs';
import { fixed, median, medianRatio } from '../harness/statistics.mjs';
import { BenchStore, shellAgent } from '../harness/store.mjs';

const runs = 100;
const atOnce = 8;

export const row = {
  work: '100 runs, 8 at a time, until all agents work, against 200 × `node -e 0` / cores',
  bar: '≤ 2.4',
  how: 'into a new store each round, supervisor included; the agents stay until the round is over',

  async measure(bed) {
    const rounds = [];
    for (let round = 0; round < bed.rounds; round += 1) {
      const floor = ((await startOfNode(bed)) * 2 * runs) / bed.cores;
      rounds.push({ floor, ours: await untilAllWork(bed) });
    }
    const ratio = medianRatio(rounds);
    const seconds = (key) => `${fixed(median(rounds.map((round) => round[key])) / 1000)} s`;
    return {
      ok: ratio <= 2.4,
      shown: fixed(ratio),
      detail: `${seconds('ours')} against ${seconds('floor')} on ${bed.cores} cores`,
      rounds,
    };
  },
};

/** Milliseconds: the median of ten. */
async function startOfNode(bed) {
  const starts = [];
  for (let start = 0; start < 10; start += 1)
    starts.push(await timed(bed.node, ['-e', '0'], { env: bed.environment() }));
  return median(starts);
}

async function untilAllWork(bed) {
  const store = new BenchStore(bed);
  const arrivals = new ArrivalPipe(join(store.folder, 'arrivals'));
  const release = new ReleasePipe(join(store.folder, 'release'));
  store.configure({ idle: shellAgent(`echo > ${arrivals.path}; read line < ${release.path}`) });
  try {
    const all = arrivals.reaches(runs);
    const began = performance.now();
    let begun = 0;
    const lane = async () => {
      while (begun < runs) {
        begun += 1;
        await store.timed('run', '--backend', 'idle', '--prompt', 'work');
      }
    };
    await Promise.all([all, ...Array.from({ length: atOnce }, lane)]);
    return (await all) - began;
  } finally {
    arrivals.close();
    release.close();
    await store.remove();
  }
}
