import type { Integrated, IntegrationText } from '@dispatch/runtime';
import type { Page } from '../output/output.ts';
import { harmlessLine, harmlessText } from './harmless.ts';

const did = { created: 'Wrote', changed: 'Changed', removed: 'Removed', unchanged: 'Unchanged' } as const;

export function integratedLines({
  host_agent: host,
  host_home: home,
  files,
  changed,
  next,
}: Integrated): string[] {
  if (!changed) return [`dispatch is in ${host} already (${harmlessLine(home)}); nothing was changed.`];
  return [...changeLines(files), ...(next === null ? [] : [next])];
}

export function undoneLines({ host_agent: host, host_home: home, files, changed }: Integrated): string[] {
  if (!changed) return [`Nothing of dispatch's is in ${host} (${harmlessLine(home)}).`];
  return [...changeLines(files), `Nothing of dispatch's is in ${host} any more.`];
}

export function integrationTextLines({ files }: IntegrationText, { style }: Page): string[] {
  return files.flatMap(({ path, whole, text }) => [
    style.bold(`${whole ? 'The file' : 'Added to'} ${harmlessLine(path)}:`),
    ...harmlessText(text).trimEnd().split('\n'),
    '',
  ]);
}

function changeLines(files: Integrated['files']): string[] {
  return files
    .filter(({ change }) => change !== 'unchanged')
    .map(({ path, change }) => `${did[change]} ${harmlessLine(path)}`);
}
