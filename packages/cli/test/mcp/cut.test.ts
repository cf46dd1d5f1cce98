import { describe, expect, test } from 'vitest';
import { cutAnswer } from '../../src/mcp/cut.ts';
import { stepLines } from '../../src/mcp/transcript-page.ts';

describe('an answer', () => {
  test('that fits is left as it is', () => {
    const data = { output: 'x'.repeat(50_000), files: Array.from({ length: 200 }, (_, at) => at) };
    expect(cutAnswer(data, 'files')).toEqual({ data, what: null });
  });

  test('that does not has its long texts cut, as little as is enough', () => {
    const { data, what } = cutAnswer({ output: 'x'.repeat(3_000_000), last_message: 'Short.' }, null);
    expect(data).toEqual({
      output: `${'x'.repeat(16_000)}… 2984000 more characters`,
      last_message: 'Short.',
    });
    expect(what).toBe('texts of more than 16000 characters');
    const steps = Array.from({ length: 40 }, () => ({ type: 'text', text: 'x'.repeat(30_000) }));
    const many = cutAnswer({ transcript: steps, position: '0:1' }, null);
    expect(many.what).toBe('texts of more than 1000 characters');
    expect(many.data).toMatchObject({ position: '0:1' });
    expect(many.data['transcript']).toHaveLength(40);
    expect(JSON.stringify(many.data).length).toBeLessThan(60_000);
  });

  test('is cut whatever shape a tool was given', () => {
    const input = { rows: Array.from({ length: 100_000 }, (_, at) => ({ at })) };
    const { data } = cutAnswer({ transcript: [{ type: 'tool_call', name: 'Write', input }] }, null);
    const [step] = data['transcript'] as { input: unknown }[];
    expect(step!.input).toMatch(/^\{"rows":\[\{"at":0\}.*… \d+ more characters$/);
  });

  test('has a long list cut, and says so', () => {
    const files = Array.from({ length: 5000 }, (_, at) => ({ path: `${at}`, change: 'added' }));
    const { data, what } = cutAnswer({ files_changed: files, output: 'All.' }, 'files_changed');
    expect(data).toEqual({ files_changed: files.slice(0, 200), output: 'All.' });
    expect(what).toBe('files_changed behind the first 200 of 5000');
  });
});

test('of one step so many lines are shown, and so much of each', () => {
  const text = `${'x'.repeat(5000)}\n${'line\n'.repeat(10_000)}end`;
  const lines = stepLines({ type: 'text', text, position: 0 });
  expect(lines).toHaveLength(401);
  expect(lines[1]).toBe(`${'x'.repeat(4000)}… 1000 more characters`);
  expect(lines.at(-1)).toBe('… 9603 more lines');
});
