import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A test that damages a store on purpose leaves a file of this name in the root, or in the folder that holds it. */
export const damagedOnPurpose = '.damaged-on-purpose';

const deepest = 5;
let kept = 0;

/**
 * Copies what the schemas speak of from every store below `folder` to `DISPATCH_TEST_STORES`, for the pass at the end of
 * the tests. Called before a test removes its folders; does nothing where that variable is not set.
 */
export function keepStores(folder) {
  const target = process.env.DISPATCH_TEST_STORES;
  if (target === undefined || target === '') return;
  for (const root of storesBelow(folder, 0)) {
    kept += 1;
    keepStore(root, join(target, `${process.pid}-${kept}`));
  }
}

function* storesBelow(folder, depth) {
  if (existsSync(join(folder, 'format.json')) && isFolder(join(folder, 'tasks'))) yield folder;
  if (depth === deepest) return;
  for (const entry of names(folder))
    if (entry !== 'node_modules' && entry !== '.git' && isFolder(join(folder, entry)))
      yield* storesBelow(join(folder, entry), depth + 1);
}

function keepStore(root, target) {
  mkdirSync(target, { recursive: true });
  for (const folder of [root, dirname(root)]) keep(folder, target, damagedOnPurpose);
  for (const id of names(join(root, 'tasks'))) {
    if (id.startsWith('.') || !isFolder(join(root, 'tasks', id))) continue;
    const from = join(root, 'tasks', id);
    const to = join(target, id);
    mkdirSync(join(to, 'mailbox'), { recursive: true });
    for (const name of ['task.json', 'events.jsonl']) keep(from, to, name);
    if (!isFolder(join(from, 'mailbox'))) continue;
    for (const name of names(join(from, 'mailbox'))) keep(join(from, 'mailbox'), join(to, 'mailbox'), name);
  }
}

function keep(from, to, name) {
  const path = join(from, name);
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile()) copyFileSync(path, join(to, name));
}

function isFolder(path) {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

function names(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
