import { timed } from '../harness/processes.mjs';
import { fixed, median, medianRatio } from '../harness/statistics.mjs';
import { BenchStore, shellAgent } from '../harness/store.mjs';

export const row = {
  work: '`--json run` in the background until it returns, durable',
  bar: '≤ 2.8 × `node -e 0`',
  how: 'the whole process, timed from outside; a supervisor is at work, the agent is `sh -c :`',

  async measure(bed) {
    const store = new BenchStore(bed, { probe: shellAgent(':') });
    try {
      const rounds = [];
      await store.run('probe');
      for (let round = 0; round < bed.rounds * 2; round += 1) {
        const floor = await timed(bed.node, ['-e', '0'], { env: bed.environment() });
        const ours = await store.timed('run', '--backend', 'probe', '--prompt', 'work');
        rounds.push({ floor, ours });
      }
      const ratio = medianRatio(rounds);
      const ms = median(rounds.map(({ ours }) => ours));
      return { ok: ratio <= 2.8, shown: fixed(ratio), detail: `${fixed(ms, 1)} ms`, rounds };
    } finally {
      await store.remove();
    }
  },
};
