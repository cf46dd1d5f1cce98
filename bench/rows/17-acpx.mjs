import { timed } from '../harness/processes.mjs';
import { fixed, median, medianRatio } from '../harness/statistics.mjs';
import { installAcpx } from '../../test-e2e/setup/install-agents.mjs';

/** The oldest node that it runs on. */
const oldest = 22;

export const row = {
  work: 'start-up of acpx 0.13.2 (npm), for comparison: `--version`, `--help`',
  bar: 'none',
  how: 'the whole process, timed from outside, against `node -e 0`; it does not run on Node 20',

  async measure(bed) {
    if (bed.major < oldest) return { shown: '-', detail: 'does not run' };
    const { acpx } = await installAcpx();
    const env = bed.environment();
    const rounds = { '--version': [], '--help': [] };
    for (let round = 0; round < bed.rounds; round += 1) {
      const floor = await timed(bed.node, ['-e', '0'], { env });
      for (const option of Object.keys(rounds))
        rounds[option].push({ floor, ours: await timed(bed.node, [acpx, option], { env }) });
    }
    return {
      shown: Object.values(rounds)
        .map((one) => fixed(medianRatio(one)))
        .join(', '),
      detail: `${Object.values(rounds)
        .map((one) => fixed(median(one.map(({ ours }) => ours)), 0))
        .join(' and ')} ms`,
      rounds,
    };
  },
};
