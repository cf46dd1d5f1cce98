import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { everyOption } from '../../src/arguments/options.ts';
import { hostTools, leftOut } from '../../src/mcp/host-tools.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/mcp.md'), 'utf8');

test('docs/mcp.md has each tool with what it says of itself', () => {
  const words = {
    readOnlyHint: 'read-only',
    destructiveHint: 'destructive',
    idempotentHint: 'idempotent',
    openWorldHint: 'open world',
  } as const;
  const rows = [...page.matchAll(/^\| `([a-z]+)` +\|[^|]+\| ([^|]+?) +\|$/gm)].map(([, name, hints]) => [
    name,
    hints,
  ]);
  const tools = Object.entries(hostTools).map(([name, { annotations }]) => {
    const hints = Object.entries(words).filter(([hint]) => annotations[hint as keyof typeof words]);
    // Who changes nothing can be called twice.
    const said = annotations.readOnlyHint ? ['read-only'] : hints.map(([, word]) => word);
    return [name, said.join(', ')];
  });
  expect(rows).toEqual(tools);
});

test('what is left out is an option, and docs/mcp.md names it', () => {
  const [, named = ''] =
    /options that mean nothing to a host \(([^)]+)\)/.exec(page.replaceAll(/\s+/g, ' ')) ?? [];
  expect(
    named
      .split(', ')
      .map((one) => one.replaceAll('`', ''))
      .sort(),
  ).toEqual(Object.keys(leftOut).sort());
  for (const option of Object.keys(leftOut)) expect(everyOption).toContain(option);
});
