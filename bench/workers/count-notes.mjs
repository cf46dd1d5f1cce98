import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serve, storeAt, told } from './ground.mjs';

/** How many of the commits in the files of `folder` the journal does not hold, or holds twice. */
const store = storeAt(told.root);
serve(({ id, folder }) => {
  const journal = store.journal(id);
  const { gap } = journal.refresh();
  const times = new Map();
  for (const { kind, message } of journal.eventsAfter().events)
    if (kind === 'note') times.set(message, (times.get(message) ?? 0) + 1);
  const acknowledged = readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1),
  );
  return {
    committed: times.size,
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((message) => !times.has(message)).length,
    doubled: [...times.values()].filter((count) => count > 1).length,
    damaged: gap !== null,
  };
});
