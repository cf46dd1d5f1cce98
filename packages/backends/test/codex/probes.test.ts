import { expect, it } from 'vitest';
import { probes } from '../../src/codex/probes.ts';

it('reads the version and the login state', () => {
  expect(probes.version.parse('codex-cli 0.169.0\n')).toBe('0.169.0');
  expect(probes.version.parse('zsh: command not found')).toBeNull();
  expect(probes.login!.parse({ exit_code: 0, stdout: 'Logged in using ChatGPT', stderr: '' })).toBe(true);
  expect(probes.login!.parse({ exit_code: 1, stdout: '', stderr: '' })).toBe(false);
  expect(probes.login!.parse({ exit_code: 127, stdout: '', stderr: '' })).toBeNull();
});
