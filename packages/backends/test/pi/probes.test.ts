import { expect, it } from 'vitest';
import { probes } from '../../src/pi/probes.ts';
import { isHostPathEntry } from '../../src/pi/host.ts';

const table =
  'provider  model       context  max-out  thinking  images\nstub      m           200K     8K       yes       yes\n';
const none =
  'No models available. Use /login to log into a provider via OAuth or API key. See:\n  /docs/providers.md\n';

it('reads the version, also among other words', () => {
  expect(probes.version.parse('0.73.1\n')).toBe('0.73.1');
  expect(probes.version.parse('0.87.1\n')).toBe('0.87.1');
  expect(probes.version.parse('node: bad option 20.1.2 here')).toBeNull();
});

// 0.73.1 prints the list on stderr where stdin is no terminal, 0.87.1 on stdout; both exit with 0 in either case.
it.each([
  [true, table],
  [false, none],
  [null, 'SyntaxError: Unexpected token'],
])('is logged in: %s', (expected, text) => {
  const { parse } = probes.login!;
  expect(parse({ exit_code: 0, stdout: text, stderr: '' })).toBe(expected);
  expect(parse({ exit_code: 0, stdout: '', stderr: text })).toBe(expected);
});

it.each([
  ['/home/user/.pi/agent/bin', true],
  ['/home/user/bin', false],
])('%s is a path entry of pi: %s', (entry, expected) => {
  expect(isHostPathEntry(entry)).toBe(expected);
});
