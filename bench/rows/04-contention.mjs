import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fixed, median, medianRatio } from '../harness/statistics.mjs';

const writers = 8;
const commits = 200;

export const row = {
  work: '8 processes × 200 commits against the same loop uncoordinated',
  bar: '≤ 2, nothing lost',
  how:
    'to one journal, without fsync on either side; uncoordinated is to read `task.json`, change it, write it aside ' +
    'and rename, which loses updates',

  async measure(bed) {
    const root = join(bed.newFolder(), 'root');
    const maker = bed.worker('add-tasks', { root });
    const [...ids] = await maker.ask({ count: bed.rounds * 2 + 2 });
    const team = Array.from({ length: writers }, (_, name) => bed.worker('contend', { root, name }));
    await Promise.all(team.map((worker) => worker.next()));
    const race = async (kind, id) => {
      const began = performance.now();
      await Promise.all(team.map((worker) => worker.ask({ kind, id, commits })));
      return performance.now() - began;
    };
    await race('journal', ids.pop());
    await race('uncoordinated', ids.pop());
    const rounds = [];
    const raced = [];
    for (let round = 0; round < bed.rounds; round += 1) {
      const id = ids.pop();
      raced.push(id);
      rounds.push({ floor: await race('uncoordinated', ids.pop()), ours: await race('journal', id) });
    }
    await Promise.all([...team, maker].map((worker) => worker.close()));
    const lost = await countLost(bed, root, raced);
    const ratio = medianRatio(rounds);
    const perSecond = (writers * commits * 1000) / median(rounds.map(({ ours }) => ours));
    return {
      ok: ratio <= 2 && lost === 0,
      shown: `${fixed(ratio)}, ${lost} lost`,
      detail: `${fixed(perSecond, 0)} commits/s, ${raced.length * writers * commits} counted`,
      rounds,
    };
  },
};

/** Commits that returned and that the journals do not hold once. */
async function countLost(bed, root, ids) {
  const empty = bed.newFolder();
  mkdirSync(empty, { recursive: true });
  const counter = bed.worker('count-notes', { root });
  let lost = 0;
  for (const id of ids) {
    const { committed, doubled, damaged } = await counter.ask({ id, folder: empty });
    lost += writers * commits - committed + doubled + (damaged ? 1 : 0);
  }
  await counter.close();
  return lost;
}
