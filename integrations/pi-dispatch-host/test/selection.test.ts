import { expect, test } from 'vitest';
import { keptSelection, restoreSelection, selectionEntry } from '../src/selection.ts';

const kept = (taskId: string | null, root: string | null = null) => ({
  type: 'custom',
  customType: selectionEntry,
  data: keptSelection(taskId === null ? null : { taskId, root }),
});
const message = { type: 'message' };

test('the newest of the path is selected', () => {
  const branch = [kept('1m8pej1ddeszda'), message, kept('1m8pf2b9ny6xh0', '/a/.dispatch'), message];
  expect(restoreSelection(branch)).toEqual({ taskId: '1m8pf2b9ny6xh0', root: '/a/.dispatch' });
});

test('nothing is selected where nothing was, or it was put away, or the entry is none of ours', () => {
  const foreign = [
    { type: 'custom', customType: 'other', data: { task_id: 'x' } },
    { ...kept('x'), type: 'custom_message' },
  ];
  const broken = ['x', null, 7, [], {}, { task_id: 7 }].map((data) => ({
    type: 'custom',
    customType: selectionEntry,
    data,
  }));
  expect(restoreSelection([])).toBe(null);
  expect(restoreSelection(foreign)).toBe(null);
  expect(restoreSelection([kept('1m8pej1ddeszda'), kept(null)])).toBe(null);
  for (const one of broken) expect(restoreSelection([kept('1m8pej1ddeszda'), one])).toBe(null);
});
