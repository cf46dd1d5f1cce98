import { expect, it } from 'vitest';
import { isOurs } from '../../src/service/command.ts';
import { launchdAgent, programOfAgent } from '../../src/service/launchd.ts';

const command = { node: '/opt/a & b/node', program: '/opt/<c>/bin.cjs', home: `/Users/u/"d" 'e' &amp;` };

it('is well-formed and names what is run', () => {
  const text = launchdAgent('local.dispatch', command);
  expect(isOurs(text)).toBe(true);
  expect(text).toContain('<string>/opt/a &amp; b/node</string>');
  expect(text).toContain('<string>/opt/&lt;c&gt;/bin.cjs</string>');
  expect(text).toContain(`<string>/Users/u/"d" 'e' &amp;amp;</string>`);
  expect(text).toMatch(/<key>RunAtLoad<\/key>\s*<true\/>/);
  // No comment of XML may hold two dashes.
  for (const [, comment] of text.matchAll(/<!--([\s\S]*?)-->/g)) expect(comment).not.toContain('--');
  const open: string[] = [];
  for (const [, closing, name, alone] of text.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
    if (alone === '/') continue;
    if (closing === '/') expect(open.pop()).toBe(name);
    else open.push(name!);
  }
  expect(open).toEqual([]);
});

it('reads what it has written, and nothing of somebody else', () => {
  const { node, program } = command;
  expect(programOfAgent(launchdAgent('x', command))).toEqual({ node, program });
  expect(programOfAgent('<plist></plist>')).toBeNull();
  expect(programOfAgent(launchdAgent('x', command).replace('<string>supervise', '<string>list'))).toBeNull();
});
