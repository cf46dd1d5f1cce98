import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../../..');
const rows = readFileSync(join(repository, 'docs/counterparts.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, its = '', file = '', title = ''] = /^\| (.*?) +\| `([^`]+)`: (.*?) *\|$/.exec(line) ?? [];
    return file === '' ? [] : [{ its, file, title }];
  });

test('the table names every case once', () => {
  expect(rows.length).toBeGreaterThanOrEqual(35);
  expect(new Set(rows.map(({ its }) => its)).size).toBe(rows.length);
});

test.each(rows)('$its has its counterpart', ({ file, title }) => {
  expect(readFileSync(join(repository, file), 'utf8')).toContain(`'${title}'`);
});
