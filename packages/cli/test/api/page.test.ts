// What docs/library.md says of the library, held against it.
import { readdirSync, readFileSync } from 'node:fs';
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

test('each code that a docstring names is in docs/errors.md', () => {
  const folder = join(import.meta.dirname, '../../src/api');
  const errors = readFileSync(join(import.meta.dirname, '../../../../docs/errors.md'), 'utf8');
  const thrown = readdirSync(folder).flatMap((name) =>
    [
      ...readFileSync(join(folder, name), 'utf8').matchAll(
        /[A-Z][a-z]+Error\s(?:\*\s)?(?:`[a-z_]+`|\([^)]*\))/g,
      ),
    ].flatMap(([words]) => [...words.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code!)),
  );
  expect(thrown).toContain('key_conflict');
  expect(thrown.filter((code) => !errors.includes(`| \`${code}\``))).toEqual([]);
});
