/**
 * Holds every store that the tests have kept against the published schemas: each line of a journal that is no remark,
 * each `task.json`, each `mailbox/NNN.done`. What a test damaged on purpose is passed over and counted.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { damagedOnPurpose } from './keep-stores.mjs';

/** `folder` as `keepStores` filled it. Returns what was held against what, and every breach as one line. */
export function schemaPass(repository, folder) {
  const ajv = new Ajv({ strict: false });
  const schema = (name) =>
    ajv.compile(JSON.parse(readFileSync(join(repository, `docs/schemas/${name}.schema.json`), 'utf8')));
  const checks = { task: schema('task'), event: schema('event'), mailbox: schema('mailbox') };
  const counts = { stores: 0, damaged: 0, tasks: 0, events: 0, snapshots: 0, done: 0 };
  const breaches = [];
  const hold = (check, value, where) => {
    if (!check(value)) breaches.push(`${where}: ${ajv.errorsText(check.errors)}`);
  };
  for (const store of readdirSync(folder)) {
    counts.stores += 1;
    if (existsSync(join(folder, store, damagedOnPurpose))) {
      counts.damaged += 1;
      continue;
    }
    for (const id of readdirSync(join(folder, store))) holdTask(join(folder, store, id), id);
  }
  return { counts, breaches };

  function holdTask(path, id) {
    counts.tasks += 1;
    for (const [index, line] of lines(join(path, 'events.jsonl')).entries()) {
      if (line === '' || line.startsWith('#') || line.endsWith('#')) continue;
      counts.events += 1;
      hold(checks.event, parsed(line), `${id} event line ${index + 1} (${line.slice(0, 80)})`);
    }
    const snapshot = join(path, 'task.json');
    if (existsSync(snapshot)) {
      counts.snapshots += 1;
      hold(checks.task, parsed(readFileSync(snapshot, 'utf8')), `${id} task.json`);
    }
    for (const name of readdirSync(join(path, 'mailbox'))) {
      if (!/^\d{3,}\.done$/.test(name)) continue;
      const text = readFileSync(join(path, 'mailbox', name), 'utf8');
      // One that a worker made by hand is empty or says anything.
      if (!text.startsWith('{')) continue;
      counts.done += 1;
      hold(checks.mailbox, parsed(text), `${id} mailbox/${name}`);
    }
  }
}

/** Complete lines; a stump has no newline and counts for nothing. */
function lines(path) {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
