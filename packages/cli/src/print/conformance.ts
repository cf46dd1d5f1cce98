import type { Conformance, Departure } from '@dispatch/runtime';
import type { Page } from '../output/output.ts';
import { harmlessLine } from './harmless.ts';

/** One line a departure, errors first, and what follows from them. */
export function conformanceLines(
  { root, tasks, conforms, departures }: Conformance,
  { style }: Page,
): string[] {
  const errors = departures.filter(({ severity }) => severity === 'error');
  const warnings = departures.filter(({ severity }) => severity === 'warning');
  const counts = [counted(errors.length, 'error'), counted(warnings.length, 'warning')].join(', ');
  return [
    ...errors.map((one) => `${style.red('error  ')}  ${harmlessLine(lineOf(one))}`),
    ...warnings.map((one) => `${style.magenta('warning')}  ${harmlessLine(lineOf(one))}`),
    `${conforms ? 'Conforms' : 'Does not conform'}: ${harmlessLine(root)}, ${counted(tasks, 'task')}, ${counts}.`,
  ];
}

function lineOf({ rule, path, line, message }: Departure): string {
  const where = path === null ? '' : ` (${path}${line === null ? '' : `:${line}`})`;
  return `${rule}${where}: ${message}`;
}

function counted(count: number, what: string): string {
  return `${count === 0 ? 'no' : count} ${what}${count === 1 ? '' : 's'}`;
}
