// What docs/library.md says of the library, held against it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as library from '../../src/api.ts';
import { commandNames } from '../../src/commands/index.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/library.md'), 'utf8');
const rows = page
  .slice(page.indexOf('## Every command'), page.indexOf('## What may change'))
  .split('\n')
  .map((line) => line.split('|').map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word!)))
  .filter((cells) => cells.length === 4);
const inTable = rows.flatMap(([, commands]) => commands!);
const functions = rows.flatMap(([, , words]) => words!.filter((word) => !/^--|\(/.test(word)));

test('each command has its row, once', () => {
  expect(inTable.toSorted()).toEqual([...commandNames].toSorted());
});

test('each function of the table is exported, and each function that is exported is on the page', () => {
  expect(functions.filter((name) => !Object.hasOwn(library, name))).toEqual([]);
  const exported = Object.entries(library).filter(([, value]) => typeof value === 'function');
  expect(exported.map(([name]) => name).filter((name) => !page.includes(`\`${name}`))).toEqual([]);
});
