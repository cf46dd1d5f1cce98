import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ReleasePipe } from '../harness/pipe.mjs';
import { cpuSeconds, timed, until } from '../harness/processes.mjs';
import { fixed, median, medianRatio } from '../harness/statistics.mjs';
import { BenchStore, shellAgent } from '../harness/store.mjs';

const line = `${'some words of an agent at work '.repeat(7).slice(0, 199)}`;

export const row = {
  work: "1 GiB of a generic agent's output logged, against `command > file`",
  bar: '≤ 1.4, ≤ 0.1 s of our CPU',
  how:
    'from the start of `run` to the terminal `task.json`; the command is `yes "$line" | head -c`. Our CPU is what the ' +
    "supervisor, which looks after another agent already, uses meanwhile (with the kernel's share, in steps of 10 ms)",

  async measure(bed) {
    const bytes = bed.amount(1024 ** 3, 128 * 1024 ** 2);
    const command = `yes '${line}' | head -c ${bytes}`;
    const store = new BenchStore(bed);
    const release = new ReleasePipe(join(store.folder, 'release'));
    store.configure({ idle: shellAgent(`read line < ${release.path}`), flood: shellAgent(command) });
    try {
      await store.run('idle');
      const supervisor = await store.untilSupervised();
      const rounds = [];
      for (let round = 0; round < bed.rounds; round += 1) {
        const floor = await plain(store, command);
        const before = cpuSeconds(supervisor);
        const ours = await logged(store, bytes);
        rounds.push({ floor, ours, cpu: cpuSeconds(supervisor) - before });
      }
      const ratio = medianRatio(rounds);
      const cpu = median(rounds.map((round) => round.cpu));
      return {
        ok: ratio <= 1.4 && cpu <= 0.1,
        shown: `${fixed(ratio)}, ${fixed(cpu)} s`,
        detail: `${fixed(median(rounds.map(({ ours }) => ours)) / 1000)} s against ${fixed(median(rounds.map(({ floor }) => floor)) / 1000)} s`,
        rounds,
      };
    } finally {
      release.close();
      await store.remove();
    }
  },
};

/** Milliseconds of the command with its output in a file. */
async function plain(store, command) {
  const file = join(store.folder, 'plain.log');
  const ms = await timed('/bin/sh', ['-c', `(${command}) > ${file}`], { env: store.env });
  rmSync(file);
  return ms;
}

async function logged(store, bytes) {
  const began = performance.now();
  const id = await store.run('flood');
  await until(() => store.isOver(id), 'the end of the flood', { everyMs: 5 });
  const ms = performance.now() - began;
  const log = join(store.taskFolder(id), 'outputs/attempt-000.stdout.log');
  const { size } = statSync(log);
  if (size !== bytes || store.snapshot(id).status !== 'completed')
    throw new Error(`${size} of ${bytes} bytes were logged; the task is ${store.snapshot(id).status}`);
  rmSync(log);
  return ms;
}
