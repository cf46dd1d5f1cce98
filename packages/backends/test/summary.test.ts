import { describe, expect, it } from 'vitest';
import { emptySummary, summarise, type TranscriptEvent } from '../src/index.ts';
import { maxLastMessageBytes } from '../src/summary.ts';

const fold = (...events: TranscriptEvent[]) => events.reduce(summarise, emptySummary());
const usage = (tokens: number | null, cost: number | null) => ({
  input_tokens: tokens,
  output_tokens: tokens,
  cached_input_tokens: null,
  cost_usd: cost,
});

describe('summarise', () => {
  it('changes nothing by output and warnings', () => {
    const summary = emptySummary();
    expect(summarise(summary, { position: 0, type: 'output', text: 'x' })).toBe(summary);
    expect(summarise(summary, { position: 0, type: 'warning', message: 'x' })).toBe(summary);
  });

  it('replaces running totals and adds the rest', () => {
    const twice = (totals: readonly ('tokens' | 'cost')[]) =>
      fold(
        { position: 0, type: 'usage', usage: usage(10, 1), totals },
        { position: 1, type: 'usage', usage: usage(5, 2), totals },
      ).usage;
    expect(twice([])).toEqual(usage(15, 3));
    expect(twice(['tokens'])).toEqual(usage(5, 3));
    expect(twice(['cost'])).toEqual(usage(15, 2));
  });

  it('keeps a count that is not told again, and never makes 0 of null', () => {
    const events = [usage(10, null), usage(null, null)].map((told): TranscriptEvent => ({
      position: 0,
      type: 'usage',
      usage: told,
      totals: ['tokens'],
    }));
    expect(fold(...events).usage).toEqual(usage(10, null));
  });

  it('closes what is open when a turn ends', () => {
    const summary = fold(
      { position: 0, type: 'tool_call', id: 'a', name: 'Bash', input: {} },
      { position: 1, type: 'retrying', class: 'network', message: 'm', delay_ms: null },
      { position: 2, type: 'turn_end', outcome: 'failed', class: 'network', message: 'gone' },
    );
    expect(summary).toMatchObject({
      open_tools: [],
      retrying: null,
      turn: 'failed',
      failure: { class: 'network' },
    });
    expect(summarise(summary, { position: 3, type: 'model_active' })).toMatchObject({
      turn: 'none',
      failure: null,
    });
  });

  it('keeps the first 64 KiB of a last message, in whole characters', () => {
    const { last_message } = fold({ position: 0, type: 'text', text: `a${'é'.repeat(maxLastMessageBytes)}` });
    expect(Buffer.byteLength(last_message!)).toBe(maxLastMessageBytes - 1);
    expect(last_message!.endsWith('é')).toBe(true);
  });
});
