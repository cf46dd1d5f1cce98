import { expect, it } from 'vitest';
import { probes } from '../../src/claude/probes.ts';

it('reads the version and the login state', () => {
  expect(probes.version.parse('2.1.328 (Claude Code)\n')).toBe('2.1.328');
  expect(probes.version.parse('Welcome')).toBeNull();
  expect(
    probes.login!.parse({
      exit_code: 1,
      stdout: '{\n "loggedIn": false,\n "authMethod": "none" }',
      stderr: '',
    }),
  ).toBe(false);
  expect(probes.login!.parse({ exit_code: 0, stdout: '{"loggedIn":true}', stderr: '' })).toBe(true);
  expect(probes.login!.parse({ exit_code: 1, stdout: 'unknown command', stderr: '' })).toBeNull();
});
