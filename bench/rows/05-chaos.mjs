import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { killQuietly, pause } from '../harness/processes.mjs';

const writers = 8;
const longestStopMs = 3000;

export const row = {
  work: 'chaos: 6 × 20 s of SIGSTOP (up to 3 s) and SIGKILL on writers',
  bar: '0 acknowledged commits lost',
  how: '8 writers to one journal, each replaced by another when it is killed',

  async measure(bed) {
    const total = { acknowledged: 0, lost: 0, doubled: 0, damaged: 0, stops: 0, kills: 0 };
    for (let run = 0; run < bed.amount(6, 1); run += 1) {
      const { stops, kills, ...counted } = await storm(bed, bed.amount(20_000, 3000));
      total.stops += stops;
      total.kills += kills;
      for (const key of ['acknowledged', 'lost', 'doubled']) total[key] += counted[key];
      total.damaged += counted.damaged ? 1 : 0;
    }
    const { acknowledged, lost, doubled, damaged, stops, kills } = total;
    return {
      ok: lost === 0 && doubled === 0 && damaged === 0 && acknowledged > 0,
      shown: `${lost} of ${acknowledged} lost`,
      detail: `${stops} stops, ${kills} kills, ${doubled} doubled, ${damaged} journals damaged`,
    };
  },
};

async function storm(bed, ms) {
  const root = join(bed.newFolder(), 'root');
  const acknowledged = join(bed.newFolder(), 'acknowledged');
  mkdirSync(acknowledged);
  const maker = bed.worker('add-tasks', { root });
  const [id] = await maker.ask({ count: 1 });
  await maker.close();

  const count = { stops: 0, kills: 0 };
  let born = 0;
  const start = () => {
    const name = `w${(born += 1)}`;
    const told = { root, id, name, file: join(acknowledged, name) };
    const options = { env: bed.environment(), stdio: ['ignore', 'ignore', 'inherit'] };
    return spawn(bed.node, [bed.workers.acknowledge, JSON.stringify(told)], options);
  };
  const end = performance.now() + ms;
  const torment = async () => {
    let child = start();
    while (performance.now() < end) {
      await pause(Math.random() * 700);
      if (Math.random() < 0.5) {
        count.stops += 1;
        killQuietly(child.pid, 'SIGSTOP');
        await pause(Math.min(Math.random() * longestStopMs, Math.max(0, end - performance.now())));
        killQuietly(child.pid, 'SIGCONT');
      } else {
        count.kills += 1;
        await kill(child);
        child = start();
      }
    }
    await kill(child);
  };
  await Promise.all(Array.from({ length: writers }, torment));

  const counter = bed.worker('count-notes', { root });
  const counted = await counter.ask({ id, folder: acknowledged });
  await counter.close();
  return { ...count, ...counted };
}

function kill(child) {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  killQuietly(child.pid);
  return child.exitCode !== null || child.signalCode !== null ? undefined : gone;
}
