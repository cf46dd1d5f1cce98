import { constants, openSync, writeSync } from 'node:fs';
import { note, say, storeAt, told } from './ground.mjs';

/** Commits without end, and notes in a file of its own what was committed; made to be stopped and killed. */
const journal = storeAt(told.root).journal(told.id);
const acknowledged = openSync(told.file, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o600);
say({ ready: true });
for (let turn = 0; ; turn += 1) {
  const message = `${told.name}:${turn}`;
  journal.commit(() => note(message));
  writeSync(acknowledged, `${message}\n`);
}
