import { expect, test } from 'vitest';
import { looksLikePlan, parseChecklist, planTemplates } from '../../src/index.ts';

test.each(Object.entries(planTemplates))('%s is a plan that tells where to fill in', (_kind, body) => {
  expect(looksLikePlan({ fileName: 'any.md', text: body })).toBe(true);
  const { items } = parseChecklist(body);
  expect(items.length).toBeGreaterThanOrEqual(3);
  expect(body).toMatch(/<[^>]+>/);
  expect(body).toMatch(/output\.md/);
});

test('no two of them share a step', () => {
  const steps = Object.values(planTemplates).flatMap((body) => body.match(/^- \[ \] .*$/gm) ?? []);
  expect(new Set(steps).size).toBe(steps.length);
});
