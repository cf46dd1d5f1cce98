import { expect, test } from 'vitest';
import { ListChanges } from '../../src/follow/list-changes.ts';
import type { Row } from '../../src/print/list.ts';

const row = (task_id: string, status: string, root?: string): Row =>
  ({ task_id, status, ...(root === undefined ? {} : { root }) }) as Row;

test('what is new, says something else, or is there no more', () => {
  const changes = new ListChanges(({ status }) => status);
  const [a, b] = [row('a', 'running'), row('b', 'running')];
  expect(changes.since([b, a])).toEqual({ changed: [b, a], gone: [] });
  expect(changes.since([{ ...b, title: 'other' }, a])).toEqual({ changed: [], gone: [] });
  const ended = row('a', 'completed');
  expect(changes.since([b, ended])).toEqual({ changed: [ended], gone: [] });
  expect(changes.since([ended])).toEqual({ changed: [], gone: [b] });
});

test('the same id in another store is another task', () => {
  const changes = new ListChanges(({ status }) => status);
  changes.since([row('a', 'running', '/one')]);
  const other = row('a', 'running', '/two');
  expect(changes.since([other])).toEqual({ changed: [other], gone: [row('a', 'running', '/one')] });
});
