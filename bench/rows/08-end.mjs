import { watch } from 'node:fs';
import { join } from 'node:path';
import { ArrivalPipe, ReleasePipe } from '../harness/pipe.mjs';
import { pause } from '../harness/processes.mjs';
import { fixed, quantile } from '../harness/statistics.mjs';
import { BenchStore, shellAgent } from '../harness/store.mjs';

const group = 10;

export const row = {
  work: "agent's end → terminal `task.json`",
  bar: 'p50 10 ms, p99 50 ms',
  how:
    'from the byte that lets the agent (`sh`, in `read`) end until a watch of the task folder has read a terminal ' +
    '`task.json`; nine other agents live meanwhile',

  async measure(bed) {
    const store = new BenchStore(bed);
    const arrivals = new ArrivalPipe(join(store.folder, 'arrivals'));
    const delays = [];
    try {
      for (let batch = 0; batch < bed.amount(20, 3); batch += 1)
        delays.push(...(await endOneByOne(store, arrivals, batch)));
    } finally {
      arrivals.close();
      await store.remove();
    }
    const [p50, p99] = [quantile(delays, 0.5), quantile(delays, 0.99)];
    return {
      ok: p50 <= 10 && p99 <= 50,
      shown: `p50 ${fixed(p50, 1)} ms, p99 ${fixed(p99, 1)} ms`,
      detail: `${delays.length} ends, the slowest ${fixed(Math.max(...delays), 1)} ms`,
      rounds: delays,
    };
  },
};

/** Each agent has a pipe of its own, so that it is known which one ends. */
async function endOneByOne(store, arrivals, batch) {
  const pipes = new Map();
  for (let index = 0; index < group; index += 1) {
    const pipe = new ReleasePipe(join(store.folder, `release-${batch}-${index}`));
    store.configure({ probe: shellAgent(`echo > ${arrivals.path}; read line < ${pipe.path}`) });
    const arrived = arrivals.reaches(arrivals.count + 1);
    pipes.set(await store.run('probe'), pipe);
    await arrived;
  }
  await pause(500);
  const delays = [];
  for (const [id, pipe] of pipes) {
    delays.push(await delayOfEnd(store, id, pipe));
    pipe.close();
    await pause(20 + Math.random() * 100);
  }
  return delays;
}

function delayOfEnd(store, id, pipe) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`task ${id} did not end`)), 30_000);
    const watcher = watch(store.taskFolder(id), (_event, name) => {
      if (name !== 'task.json' || !store.isOver(id)) return;
      const ms = performance.now() - began;
      clearTimeout(timer);
      watcher.close();
      resolve(ms);
    });
    const began = performance.now();
    pipe.release();
  });
}
