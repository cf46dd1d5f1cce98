import { join } from 'node:path';
import { killQuietly } from '../harness/processes.mjs';

export const row = {
  work: 'reads of `task.json` during writes that are torn or empty',
  bar: '0',
  how: '4 processes read the bare file while 4 commit to its journal without a pause',

  async measure(bed) {
    const root = join(bed.newFolder(), 'root');
    const maker = bed.worker('add-tasks', { root });
    const [id] = await maker.ask({ count: 1 });
    await maker.close();
    const acknowledged = bed.newFolder();
    const writers = Array.from({ length: 4 }, (_, name) =>
      bed.worker('acknowledge', { root, id, name, file: join(acknowledged, String(name)) }),
    );
    await Promise.all(writers.map((worker) => worker.next()));
    const file = join(root, 'tasks', id, 'task.json');
    const readers = Array.from({ length: 4 }, () =>
      bed.worker('read-raw', { file, id, ms: bed.amount(15_000, 2000) }),
    );
    const found = await Promise.all(readers.map((worker) => worker.next()));
    for (const { child } of writers) killQuietly(child.pid);
    await Promise.all([...writers, ...readers].map((worker) => worker.ended));
    const sum = (key) => found.reduce((total, one) => total + one[key], 0);
    const bad = sum('torn') + sum('empty') + sum('missing');
    return {
      ok: bad === 0,
      shown: `${bad} of ${sum('reads')}`,
      detail: `${sum('torn')} torn, ${sum('empty')} empty, ${sum('missing')} not there`,
    };
  },
};
