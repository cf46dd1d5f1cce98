import { readFileSync, readdirSync } from 'node:fs';
import { told } from './ground.mjs';

/** Reads what `doctor` reads, and does nothing with it: names of the folders of each task, its journal, its snapshot. */
for (const id of readdirSync(told.tasks)) {
  const folder = `${told.tasks}/${id}`;
  readdirSync(folder);
  for (const name of ['mailbox', 'outputs', 'messages']) readdirSync(`${folder}/${name}`);
  readFileSync(`${folder}/events.jsonl`);
  readFileSync(`${folder}/task.json`);
}
