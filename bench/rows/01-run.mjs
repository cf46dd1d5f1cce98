import { join } from 'node:path';
import { ArrivalPipe } from '../harness/pipe.mjs';
import { isAlive, killQuietly, timed, until } from '../harness/processes.mjs';
import { fixed, median, medianRatio } from '../harness/statistics.mjs';
import { BenchStore, shellAgent } from '../harness/store.mjs';

export const row = {
  work: "`run` started → agent's code running",
  bar: '≤ 2.5 × `node -e 0`',
  how:
    'the agent is `sh -c "echo x > pipe"`, and what that itself takes to start counts; once with a living ' +
    'supervisor, once with none, and the slower of the two stands here',

  async measure(bed) {
    const store = new BenchStore(bed);
    const pipe = new ArrivalPipe(join(store.folder, 'arrivals'));
    store.configure({ probe: shellAgent(`echo > ${pipe.path}`) });
    try {
      await arrival(store, pipe);
      const warm = [];
      const cold = [];
      // One start in five meets something else on the machine: three times the rounds, for a median that holds.
      for (let round = 0; round < bed.rounds * 3; round += 1) {
        const floor = await timed(bed.node, ['-e', '0'], { env: bed.environment() });
        warm.push({ floor, ours: await arrival(store, pipe) });
        await endSupervisor(store);
        cold.push({ floor, ours: await arrival(store, pipe) });
      }
      const ratio = Math.max(medianRatio(warm), medianRatio(cold));
      const ms = (rounds, key) => fixed(median(rounds.map((round) => round[key])), 1);
      return {
        ok: ratio <= 2.5,
        shown: `${fixed(ratio)} (${ms(cold, 'ours')} ms)`,
        detail: `supervised ${fixed(medianRatio(warm))}, without supervisor ${fixed(medianRatio(cold))}; node -e 0 ${ms(warm, 'floor')} ms`,
        rounds: { warm, cold },
      };
    } finally {
      pipe.close();
      await store.remove();
    }
  },
};

/** Milliseconds from before the spawn of `run` to the agent's byte. The command itself is waited for. */
async function arrival(store, pipe) {
  const arrived = pipe.reaches(pipe.count + 1);
  const began = performance.now();
  const command = store.timed('run', '--backend', 'probe', '--prompt', 'work');
  const at = await arrived;
  await command;
  await until(() => store.taskIds().every((id) => store.isOver(id)), 'the end of the agents');
  return at - began;
}

async function endSupervisor(store) {
  const pid = store.supervisor();
  if (pid === null) return;
  killQuietly(pid);
  await until(() => !isAlive(pid), 'the end of the supervisor');
}
