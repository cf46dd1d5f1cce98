import type { Details, Facts } from '../../src/decide/index.ts';
import { factValues } from '../../src/decide/index.ts';

export const details: Details = {
  failure: { class: 'quota', message: 'no credit is left' },
  item: 'the item',
  marked_done: false,
  limits: { timeout_seconds: 1200, stall_timeout_seconds: 90 },
};

/** The full product of the facts' values. */
export function everyCase(): Facts[] {
  let cases: Record<string, string>[] = [{}];
  for (const [fact, values] of Object.entries(factValues))
    cases = cases.flatMap((one) => values.map((value) => ({ ...one, [fact]: value })));
  return cases as unknown as Facts[];
}
