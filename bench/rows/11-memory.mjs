import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ArrivalPipe, ReleasePipe } from '../harness/pipe.mjs';
import { isAlive, killQuietly, memoryMiB, pause, until } from '../harness/processes.mjs';
import { fixed, median } from '../harness/statistics.mjs';
import { BenchStore, shellAgent } from '../harness/store.mjs';

const agents = 100;
/** Longer than the supervisor's slow poll, so that each sample has been through one. */
const settleMs = 6000;

export const row = {
  work: 'supervisor of 100 idle attempts against a bare idle `node`',
  bar: '≤ 1.6 × memory',
  how:
    'RSS 6 s after the start of each, a new pair every round; the first supervisor, which has seen all the attempts ' +
    'begin, is a sample too, and the worse of that one and the median stands here',

  async measure(bed) {
    const store = new BenchStore(bed);
    const arrivals = new ArrivalPipe(join(store.folder, 'arrivals'));
    const release = new ReleasePipe(join(store.folder, 'release'));
    store.configure({ idle: shellAgent(`echo > ${arrivals.path}; read line < ${release.path}`) });
    try {
      for (let begun = 0; begun < agents; begun += 1) await store.run('idle');
      await arrivals.reaches(agents);
      const rounds = [await sample(bed, await store.untilSupervised())];
      for (let round = 1; round < bed.rounds; round += 1)
        rounds.push(await sample(bed, await anotherOne(store)));
      const ratios = rounds.map(({ ours, floor }) => ours / floor);
      const ratio = Math.max(ratios[0], median(ratios));
      const mib = (key) => fixed(median(rounds.map((round) => round[key])), 1);
      return {
        ok: ratio <= 1.6,
        shown: fixed(ratio),
        detail: `${mib('ours')} against ${mib('floor')} MiB; the first one ${fixed(rounds[0].ours, 1)} MiB`,
        rounds,
      };
    } finally {
      arrivals.close();
      release.close();
      await store.remove();
    }
  },
};

async function sample(bed, supervisor) {
  const bare = spawn(bed.node, ['-e', 'setInterval(() => {}, 1e9)'], {
    env: bed.environment(),
    stdio: 'ignore',
  });
  try {
    await pause(settleMs);
    return { ours: memoryMiB(supervisor, 'VmRSS'), floor: memoryMiB(bare.pid, 'VmRSS') };
  } finally {
    bare.kill('SIGKILL');
  }
}

/** Kills the supervisor; the next command that looks finds work without an owner. */
async function anotherOne(store) {
  const before = store.supervisor();
  killQuietly(before);
  await until(() => !isAlive(before), 'the end of the supervisor');
  await store.dispatch('list');
  return store.untilSupervised();
}
