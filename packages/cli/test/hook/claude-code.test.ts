import type { Notification } from '@dispatch/runtime';
import { describe, expect, it } from 'vitest';
import { bringing } from '../../src/hook/bringing.ts';
import { actOnClaudeCode, parseClaudeCodeEvent } from '../../src/hook/claude-code.ts';

const told = (more: Partial<Notification>): Notification => ({
  type: 'terminal',
  task_id: 'aaaa1111bbbb22',
  position: '9:n',
  timestamp: '2026-11-30T10:00:00.000Z',
  status: 'completed',
  reason: 'turn_succeeded',
  title: 'Paint it',
  detail: null,
  question: null,
  is_current: true,
  ...more,
});
const asked = told({
  type: 'question',
  status: 'awaiting_user',
  reason: 'question',
  question: { sequence: '002', question: 'Blue\nor "red"?' },
});
const event = (name: string, more: object = {}) =>
  parseClaudeCodeEvent(JSON.stringify({ hook_event_name: name, cwd: '/srv', ...more }))!;

describe('what is brought', () => {
  it('is one line each, with the words of others in quotes', () => {
    expect(bringing([asked, told({ task_id: 'cccc' })])).toBe(
      'dispatch: task aaaa1111bbbb22 ("Paint it") asks, in question 002: "Blue\\nor \\"red\\"?" Put it to the user, then `answer aaaa1111bbbb22`.\n' +
        'dispatch: task cccc ("Paint it") has completed. `result cccc` has what came of it.',
    );
  });

  it.each([
    [
      told({ status: 'failed', reason: 'quota', detail: 'until\nnine' }),
      /has failed: quota, "until\\nnine"\./,
    ],
    [told({ status: 'cancelled', reason: 'user' }), /was cancelled: user\./],
    [
      told({ type: 'awaiting_user', status: 'awaiting_user', reason: 'interrupted' }),
      /awaits the user: interrup/,
    ],
  ])('says how a task stands', (one, words) => {
    const text = bringing([one]);
    expect(text).toMatch(words);
    expect(text).not.toContain('\n');
  });

  it('is nothing of what holds no more', () => {
    expect(bringing([told({ is_current: false })])).toBeNull();
    expect(bringing([])).toBeNull();
  });

  it('is the question, and not that its task awaits an answer as well', () => {
    const awaits = told({ type: 'awaiting_user', status: 'awaiting_user', reason: 'question' });
    expect(bringing([asked, awaits])).toBe(bringing([asked]));
  });

  it('is no flood', () => {
    const many = Array.from({ length: 25 }, (_, at) => told({ task_id: `task${at}` }));
    const lines = bringing(many)!.split('\n');
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('dispatch: and 15 more tasks; `list` shows them.');
    const long = bringing([told({ ...asked, question: { sequence: '001', question: 'x'.repeat(5000) } })])!;
    expect(long.length).toBeLessThan(1000);
    expect(long).toContain('x…"');
  });
});

describe('an event of claude', () => {
  it('that begins a session begins the cursor', () => {
    expect(actOnClaudeCode(event('SessionStart'))).toEqual({ do: 'begin' });
  });

  it('with a prompt has what is new put beside it', () => {
    const act = actOnClaudeCode(event('UserPromptSubmit', { prompt: 'Hi' }));
    expect(act).toMatchObject({ do: 'bring' });
    if (act.do !== 'bring') return;
    expect(JSON.parse(act.print([asked])!)).toEqual({
      hookSpecificOutput: { hookEventName: 'UserPromptSubmit', additionalContext: bringing([asked]) },
    });
    expect(act.print([])).toBeNull();
  });

  it('that is a stop goes on with what is new, and once', () => {
    const act = actOnClaudeCode(event('Stop', { stop_hook_active: false }));
    if (act.do !== 'bring') throw new Error(act.do);
    expect(JSON.parse(act.print([asked])!)).toEqual({ decision: 'block', reason: bringing([asked]) });
    expect(actOnClaudeCode(event('Stop', { stop_hook_active: true }))).toEqual({ do: 'nothing' });
  });

  it('of a tool that showed a task takes note of it', () => {
    expect(
      actOnClaudeCode(event('PostToolUse', { tool_input: { ids: ['ab12', 'cd34'], timeout: 9 } })),
    ).toEqual({
      do: 'note',
      tasks: ['ab12', 'cd34'],
    });
  });

  it.each(['', '[]', '{', 'null', '{"hook_event_name":1}'])('is none: %j', (text) => {
    expect(parseClaudeCodeEvent(text)).toBeNull();
  });

  it('that is not known changes nothing', () => {
    expect(actOnClaudeCode(event('Notification'))).toEqual({ do: 'nothing' });
  });
});
