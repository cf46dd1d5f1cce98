import { readFileSync } from 'node:fs';
import { say, told } from './ground.mjs';

/** Reads a file over and over for some time, as any script would, and counts what was no whole JSON document. */
const found = { reads: 0, empty: 0, torn: 0, missing: 0 };
const end = performance.now() + told.ms;
while (performance.now() < end) {
  found.reads += 1;
  let text;
  try {
    text = readFileSync(told.file, 'utf8');
  } catch {
    found.missing += 1;
    continue;
  }
  if (text === '') found.empty += 1;
  else if (!isWhole(text)) found.torn += 1;
}
say(found);

function isWhole(text) {
  try {
    return JSON.parse(text).id === told.id;
  } catch {
    return false;
  }
}
