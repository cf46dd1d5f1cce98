import { expect, it } from 'vitest';
import { isHostPathEntry } from '../../src/codex/host.ts';

it.each([
  ['/usr/lib/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/codex-path', true],
  ['/home/user/.codex/tmp/arg0/codex-arg0Xy12', true],
  ['/home/user/vendor/bin', false],
  ['/usr/bin', false],
])('%s: %s', (entry, expected) => {
  expect(isHostPathEntry(entry)).toBe(expected);
});
