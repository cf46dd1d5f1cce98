import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import {
  changesStatus,
  checkClaim,
  checkDoneFile,
  checkEventLine,
  checkExitFile,
  checkFormatFile,
  checkKeyFile,
  checkSnapshot,
  mustLast,
} from '@dispatch/core';
import { rules } from '../../src/conformance/rules.ts';
import { goodStore, taskIds } from './laid-out.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/file-format.md'), 'utf8');

/** Blocks that are labelled with the file that they are from: of the root, or of the task with the two attempts. */
const examples = [...page.matchAll(/^```(text|json) (\S+)\n([^]*?)^```$/gm)].map(
  ([, form = '', file = '', text = '']) => ({ form, file, text: text.trimEnd() }),
);

/** The check by which the program itself would take such a file, by the end of its name. */
const checks: readonly [RegExp, (value: unknown) => boolean][] = [
  [/^format\.json$/, checkFormatFile],
  [/^keys\//, checkKeyFile],
  [/^task\.json$/, checkSnapshot],
  [/^events\.jsonl$/, checkEventLine],
  [/\.done$/, checkDoneFile],
  [/\.process\.json$/, checkClaim],
  [/\.exit\.json$/, checkExitFile],
];

function contentOf(file: string): string {
  const places = [join(goodStore, file), join(goodStore, 'tasks', taskIds.paint, file)];
  return readFileSync(places.find((path) => existsSync(path)) ?? places[0]!, 'utf8').trimEnd();
}

/** Rows of the table whose first cell has a word of this kind. */
function rowsUnder(title: string): string[][] {
  const [, section = ''] = page.split(new RegExp(`^## ${title}.*$`, 'm'));
  return (section.split(/^## /m)[0] ?? '')
    .split('\n')
    .filter((line) => /^\| `\w+`/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('each example stands in the store that the program wrote', () => {
  it('there is one of every kind of record', () => {
    for (const [name] of checks) expect(examples.some(({ file }) => name.test(file))).toBe(true);
  });

  test.each(examples)('$file, $form', ({ form, file, text }) => {
    const content = contentOf(file);
    if (form === 'json') return expect(recordIn(content, text)).toMatchObject(JSON.parse(text) as object);
    const lines = content.split('\n');
    for (const line of text.split('\n')) expect(lines).toContain(line);
    if (!file.endsWith('.jsonl')) expect(text).toBe(content);
  });

  test.each(examples)('$file, $form: the program takes it', ({ form, file, text }) => {
    const check = checks.find(([name]) => name.test(file))?.[1];
    if (check === undefined) return expect(file).toMatch(/\.(question|answer|workspace\.json)$/);
    const records =
      form === 'json'
        ? [recordIn(contentOf(file), text)]
        : text.split('\n').map((line) => JSON.parse(line) as unknown);
    for (const record of records) expect(check(record)).toBe(true);
  });
});

/** The record from which an example was shortened: of a journal the line of that sequence. */
function recordIn(content: string, example: string): unknown {
  const { sequence } = JSON.parse(example) as { sequence?: number };
  const isJournal = content.startsWith('{"sequence"');
  const line = content.split('\n').find((one) => one.startsWith(`{"sequence":${sequence},`));
  return JSON.parse(isJournal ? (line ?? '') : content);
}

describe('each table is what the code says', () => {
  it('rules and their severity', () => {
    const rows = rowsUnder('What `doctor --conformance` checks');
    expect(rows.map(([rule, severity]) => [rule?.replaceAll('`', ''), severity])).toEqual(
      Object.entries(rules),
    );
    for (const [, , sentence] of rows) expect(sentence).toMatch(/^[A-Z`].+\.$/);
  });

  it('kinds of events that change the status', () => {
    const kinds = rowsUnder('The fold').map(([kind]) => kind?.replaceAll('`', ''));
    expect(kinds.sort()).toEqual([...changesStatus].sort());
  });

  it('kinds of events that are synced', () => {
    const [, listed = ''] = /is done:\s([^.]+)\./.exec(page) ?? [];
    const kinds = [...listed.matchAll(/`(\w+)`/g)].map(([, kind]) => kind);
    expect(kinds).toEqual([...mustLast]);
  });

  it('schemas that it leads to', () => {
    const links = [...page.matchAll(/\]\(((?:schemas|decisions)\/[^)]+|[a-z-]+\.md)\)/g)].map(
      ([, link]) => link!,
    );
    expect(links.length).toBeGreaterThan(8);
    for (const link of links)
      expect(existsSync(join(import.meta.dirname, '../../../../docs', link)), link).toBe(true);
  });
});
