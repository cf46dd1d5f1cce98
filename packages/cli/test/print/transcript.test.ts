import type { TranscriptEvent } from '@dispatch/backends';
import { expect, test } from 'vitest';
import { transcriptLines } from '../../src/print/transcript.ts';
import { page } from '../outside.ts';

const lines = (event: object, width?: number): string[] =>
  transcriptLines({ position: 0, ...event } as TranscriptEvent, page(width));

test('what an agent says keeps its lines and loses its escapes', () => {
  expect(lines({ type: 'text', text: 'a\u001b[2J\nb\n' })).toEqual(['', 'a␛[2J', 'b']);
});

test('a tool call is one line that fits', () => {
  const [line] = lines(
    { type: 'tool_call', id: '1', name: 'shell', input: { command: 'x'.repeat(500) } },
    60,
  );
  expect(line).toHaveLength(60);
  expect(line).toMatch(/^> shell \{"command":"x+…$/);
});

test('of a long result the beginning is shown, and how much is left out', () => {
  const shown = lines({ type: 'tool_result', id: '1', is_error: false, output: 'line\n'.repeat(50) });
  expect(shown).toHaveLength(12);
  expect(shown.at(-1)).toBe('  … 39 more lines');
});

test('a failed turn says its class and its message', () => {
  const event = { type: 'turn_end', outcome: 'failed', class: 'rate_limit', message: 'try\nlater' };
  expect(lines(event)).toEqual(['— the turn failed (rate limit): try later']);
});
