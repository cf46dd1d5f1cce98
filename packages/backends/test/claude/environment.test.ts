import { expect, it } from 'vitest';
import { claude } from '../../src/claude/index.ts';
import { request } from '../request.ts';

it.each([
  [{}, 180_000, 600_000],
  [{ BASH_DEFAULT_TIMEOUT_MS: '30000', BASH_MAX_TIMEOUT_MS: '60000' }, 180_000, 180_000],
  [{ BASH_DEFAULT_TIMEOUT_MS: '3600000', BASH_MAX_TIMEOUT_MS: '7200000' }, 3_600_000, 7_200_000],
  [{ BASH_DEFAULT_TIMEOUT_MS: 'never' }, 180_000, 600_000],
])('keeps ask in the foreground with %j', (environment, byDefault, most) => {
  const result = claude.environment(request({ environment }));
  expect(result).toMatchObject({
    BASH_DEFAULT_TIMEOUT_MS: String(byDefault),
    BASH_MAX_TIMEOUT_MS: String(most),
  });
  expect(byDefault).toBeGreaterThan(claude.ask_limit_seconds * 1000);
});

it('lists no variable that is a setting of the user', () => {
  const settings = [
    'CLAUDE_CODE_MAX_RETRIES',
    'CLAUDE_CONFIG_DIR',
    'CLAUDE_CODE_USE_BEDROCK',
    'ANTHROPIC_API_KEY',
  ];
  const listed = (name: string) =>
    claude.host_variables.some(
      (pattern) => pattern === name || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))),
    );
  expect(settings.filter(listed)).toEqual([]);
  expect(listed('CLAUDE_CODE_SESSION_ID')).toBe(true);
});
