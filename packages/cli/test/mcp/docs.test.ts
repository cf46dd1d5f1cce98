import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { everyOption } from '../../src/arguments/options.ts';
import { commandTools } from '../../src/mcp/command-tools.ts';
import { instructions } from '../../src/mcp/host-server.ts';
import { hostTools, leftOut } from '../../src/mcp/host-tools.ts';
import type { Tool } from '../../src/mcp/tools.ts';
import { fakeOutside } from '../outside.ts';

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

test('docs/mcp.md says what the tools cost', () => {
  const tools = commandTools({ outside: fakeOutside(), root: null });
  const kilobytes = (fields: (tool: Tool) => object): string => {
    const texts = tools.map((tool) => JSON.stringify(fields(tool)));
    return `${Math.round(Buffer.byteLength(texts.join()) / 1000)} KB`;
  };
  const all = kilobytes(({ call: _call, ...told }) => told);
  const outputs = kilobytes(({ outputSchema }) => outputSchema ?? {});
  const shown = kilobytes(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  const costs = page.slice(page.indexOf('## What it costs')).replaceAll(/\s+/g, ' ');
  expect(costs).toContain(`\`tools/list\` is ${all}, of which ${outputs} are output schemas`);
  expect(costs).toContain(`and ${shown} names, descriptions and input schemas`);
  expect(costs).toContain(`these ${shown};`);
  expect(costs).toContain(`instructions (${(Buffer.byteLength(instructions) / 1000).toFixed(1)} KB)`);
});

test('what is left out is an option, and docs/mcp.md names it', () => {
  const [, named = ''] =
    /options that mean nothing to a host \(([^)]+)\)/.exec(page.replaceAll(/\s+/g, ' ')) ?? [];
  const but = (option: string): string =>
    Object.entries(hostTools)
      .filter(([, { offers = [] }]) => offers.includes(option))
      .map(([name]) => ` but of ${name}`)
      .join('');
  expect(
    named
      .split(', ')
      .map((one) => one.replaceAll('`', ''))
      .sort(),
  ).toEqual(
    Object.keys(leftOut)
      .map((option) => option + but(option))
      .sort(),
  );
  for (const option of Object.keys(leftOut)) expect(everyOption).toContain(option);
});
