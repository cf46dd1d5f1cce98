import { existsSync, realpathSync, statSync } from 'node:fs';
import { NotFoundError, StoreError, storeFormat, wantedRoot, type Clock } from '@dispatch/core';
import type { Surroundings } from '../dispatcher.ts';
import { judgeCursors } from './cursors.ts';
import { Departures, type Conformance } from './departure.ts';
import { judgeMode, StoreFiles } from './files.ts';
import { judgeIndex } from './index-markers.ts';
import { judgeKeys } from './keys.ts';
import { judgeFormat, judgeRoot } from './root.ts';
import { judgeTask } from './task.ts';

/**
 * Holds a store against the file format, whoever made it and wherever it came from. Only reads: nothing is written,
 * started, registered or signalled, and whether anything lives is not asked. Throws NotFoundError `no_store`, StoreError
 * `root_not_a_folder`.
 */
export function examineStore(
  surroundings: Pick<Surroundings, 'root' | 'environment' | 'cwd' | 'clock'>,
): Conformance {
  const wanted = wantedRoot(surroundings);
  if (!existsSync(wanted)) throw noStore(wanted);
  if (!statSync(wanted).isDirectory())
    throw new StoreError('root_not_a_folder', `${wanted} is no folder`, 'choose another with --root');
  return examine(realpathSync(wanted), surroundings.clock);
}

function examine(root: string, clock: Clock): Conformance {
  const files = new StoreFiles(root);
  const departures = new Departures();
  const format = judgeFormat(files, departures);
  if (format.kind === 'missing') throw noStore(root);
  if (format.kind === 'other') return verdict({ root, format: format.format, tasks: 0 }, departures);
  judgeMode({ path: '.', kind: 'folder', mode: statSync(root).mode & 0o777 }, departures);
  const ids = judgeRoot(files, departures);
  const tasks = ids.map((id) => {
    const task = judgeTask(files, id, clock);
    departures.found.push(...task.departures.splice(0));
    return task;
  });
  judgeCursors(files, departures, ids);
  judgeKeys(files, departures, tasks);
  judgeIndex(files, departures, tasks);
  return verdict({ root, format: storeFormat, tasks: ids.length }, departures);
}

function noStore(root: string): NotFoundError {
  return new NotFoundError(
    'no_store',
    `there is no store at ${root}: it has no format.json`,
    'name the folder of a store with --root',
  );
}

function verdict(of: Pick<Conformance, 'root' | 'format' | 'tasks'>, { found }: Departures): Conformance {
  return { ...of, conforms: !found.some(({ severity }) => severity === 'error'), departures: found };
}
