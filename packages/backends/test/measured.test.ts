import { describe, expect, it, test } from 'vitest';
import { capabilitiesOf, findBackend, measuredAs } from '../src/index.ts';

test.each([
  ['0.73.1', 'measured'],
  ['0.80.0', 'in_range'],
  ['0.100.0', 'other'],
  ['0.87.1-beta.2', 'in_range'],
  ['0.73.0', 'other'],
  [null, 'unknown'],
] as const)('a version %s is %s', (version, expected) => {
  expect(measuredAs(version, ['0.87.1', '0.73.1'])).toBe(expected);
});

test('what nobody measured is unknown, whatever it says', () => {
  expect(measuredAs('1.0.0', [])).toBe('unknown');
});

describe('capabilities', () => {
  it('keeps the names that agent-dispatch has', () => {
    expect(capabilitiesOf(findBackend('codex')!)).toMatchObject({
      native_sessions: true,
      resumable: true,
      forkable: true,
      structured_output: true,
      explicit_session_locator: true,
      supports_auto_mode: true,
      supports_danger_mode: true,
      preallocated_session: false,
    });
  });

  it('claims no mode for who cannot keep it', () => {
    const generic = capabilitiesOf(findBackend('generic', [])!);
    expect(generic).toMatchObject({ supports_read_only_mode: false, resumable: false, usage: 'none' });
    expect(capabilitiesOf(findBackend('generic', ['{session_id}'])!)).toMatchObject({ resumable: true });
  });
});
