import { expect, test } from 'vitest';
import { preferredFirst } from '../../src/configuration/bootstrap.ts';

const report = (name: string, logged_in: boolean | null, installed = true) => ({
  name,
  installed,
  logged_in,
});
const names = (...reports: ReturnType<typeof report>[]) => preferredFirst(reports).map(({ name }) => name);

test('of those that are logged in: pi, codex, claude, then the others', () => {
  expect(
    names(report('cursor-agent', true), report('claude', true), report('codex', true), report('pi', true)),
  ).toEqual(['pi', 'codex', 'claude', 'cursor-agent']);
  expect(names(report('claude', true), report('codex', true))).toEqual(['codex', 'claude']);
  expect(names(report('pi', true))).toEqual(['pi']);
});

test('who is logged in goes before who does not tell, and that before who is logged out', () => {
  expect(names(report('pi', false), report('codex', null), report('claude', true))).toEqual([
    'claude',
    'codex',
    'pi',
  ]);
});

test('what is not installed is nobody', () => {
  expect(names(report('pi', null, false), report('codex', false))).toEqual(['codex']);
});
