import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pause, timed } from '../harness/processes.mjs';
import { fixed, median, medianRatio } from '../harness/statistics.mjs';
import { BenchStore } from '../harness/store.mjs';

const tasks = 100;
/** Younger tasks are read each time. */
const settleMs = 2500;

/** Each command and what it may cost at most, in starts of `node -e 0`. */
const bars = [
  { name: '--version', args: ['--version'], bar: 1.2 },
  { name: 'list', args: ['list'], bar: 1.7 },
  { name: 'status', args: ['status', '@last'], bar: 1.7 },
  { name: 'inspect', args: ['inspect', '@last'], bar: 1.7 },
  { name: 'questions', args: ['questions'], bar: 1.7 },
  { name: '--help', args: ['--help'], bar: 2.6 },
];

export const row = {
  work: 'start-up: `--version`; `list` of 100 tasks, `status`, `inspect`, `questions`; `--help`',
  bar: '≤ 1.2; ≤ 1.7; ≤ 2.6 × `node -e 0`',
  how:
    'the whole process with `--json`, timed from outside, in a store of 100 tasks that are over, no supervisor at work; ' +
    'the list has been typed before, what it costs without that is told beside it',

  async measure(bed) {
    const store = new BenchStore(bed);
    try {
      const maker = bed.worker('add-tasks', { root: store.root });
      await maker.ask({ count: tasks, over: true });
      await maker.close();
      await pause(settleMs);
      await store.timed('list');
      const rounds = Object.fromEntries([...bars.map(({ name }) => [name, []]), ['first list', []]]);
      for (let round = 0; round < bed.rounds * 2; round += 1) {
        const floor = await timed(bed.node, ['-e', '0'], { env: bed.environment() });
        for (const { name, args } of bars) rounds[name].push({ floor, ours: await store.timed(...args) });
      }
      for (let round = 0; round < bed.rounds; round += 1) {
        const floor = await timed(bed.node, ['-e', '0'], { env: bed.environment() });
        rmSync(join(store.home, 'runtime/rows'), { recursive: true });
        rounds['first list'].push({ floor, ours: await store.timed('list') });
      }
      const ratios = bars.map(({ name, bar }) => ({ name, bar, ratio: medianRatio(rounds[name]) }));
      const floors = rounds['--version'].map(({ floor }) => floor);
      return {
        ok: ratios.every(({ ratio, bar }) => ratio <= bar),
        shown: ratios.map(({ ratio }) => fixed(ratio)).join(', '),
        detail: `node -e 0 ${fixed(median(floors), 1)} ms, first list ${fixed(medianRatio(rounds['first list']))}`,
        rounds,
      };
    } finally {
      await store.remove();
    }
  },
};
