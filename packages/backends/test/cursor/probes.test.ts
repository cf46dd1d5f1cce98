import { expect, it } from 'vitest';
import { probes } from '../../src/cursor/probes.ts';

const chat = '45e26213-6260-4d21-ac1f-0352eab6cbf2';

it('reads version, login and the chat that was made', () => {
  expect(probes.version.parse('2026.01.28-fd13201\n')).toBe('2026.01.28-fd13201');
  expect(probes.version.parse('zsh: command not found')).toBeNull();
  const login = (stdout: string, stderr = '') => probes.login!.parse({ exit_code: 0, stdout, stderr });
  expect(login('✓ Logged in as user@example.com')).toBe(true);
  expect(login('', 'Not logged in')).toBe(false);
  expect(login('Endpoint: https://api2.cursor.sh')).toBeNull();
  expect(probes.newSession!.parse(`${chat}\n`)).toBe(chat);
  expect(probes.newSession!.parse(`Created chat ${chat}\n`)).toBe(chat);
  expect(probes.newSession!.parse('--force\n')).toBeNull();
});
