import type { Notification } from '@dispatch/runtime';
import { describe, expect, it } from 'vitest';
import { bringing, doneUpTo } from '../../src/hook/bringing.ts';
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
const textOf = (all: Notification[]) => bringing(all).text;
const event = (name: string, more: object = {}) =>
  parseClaudeCodeEvent(JSON.stringify({ hook_event_name: name, cwd: '/srv', ...more }))!;

describe('what is brought', () => {
  it('is one line each, with the words of others in quotes', () => {
    expect(textOf([asked, told({ task_id: 'cccc' })])).toBe(
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
    const text = textOf([one]);
    expect(text).toMatch(words);
    expect(text).not.toContain('\n');
  });

  it('is nothing of what holds no more', () => {
    expect(textOf([told({ is_current: false })])).toBeNull();
    expect(textOf([])).toBeNull();
  });

  it('is the question, and not that its task awaits an answer as well', () => {
    const awaits = told({ type: 'awaiting_user', status: 'awaiting_user', reason: 'question' });
    expect(textOf([asked, awaits])).toBe(textOf([asked]));
  });

  it('is no flood, and what is left comes the next time, open questions first', () => {
    const many = Array.from({ length: 25 }, (_, at) => told({ task_id: `task${at}`, position: `${at}:n` }));
    const question = told({ ...asked, task_id: 'asks', position: '7:n' });
    const awaits = told({
      ...asked,
      type: 'awaiting_user',
      question: null,
      task_id: 'asks',
      position: '8:n',
    });
    const old = told({ task_id: 'old', is_current: false });
    let left = [old, ...many, question, awaits];
    const rounds: string[][] = [];
    for (;;) {
      const { text, isDone } = bringing(left);
      if (text === null) break;
      rounds.push(text.split('\n'));
      const upTo = doneUpTo(left, isDone);
      left = left.filter(({ task_id: id }) => !upTo.has(id));
    }
    expect(rounds.map((lines) => lines.length)).toEqual([11, 11, 6]);
    expect(rounds[0]![0]).toContain('task asks');
    expect(rounds[0]!.at(-1)).toBe('dispatch: and 16 more, told at the next prompt; `list` shows them now.');
    const named = rounds.flat().flatMap((line) => /task (\w+)/.exec(line)?.[1] ?? []);
    expect(named.toSorted()).toEqual(['asks', ...many.map((one) => one.task_id)].toSorted());
    expect(left).toEqual([]);
  });

  it('of a task that asks more than is told is taken note of up to the first that is left', () => {
    const questions = Array.from({ length: 12 }, (_, at) =>
      told({ ...asked, position: `${at + 1}:n`, question: { sequence: `0${at}`, question: 'x' } }),
    );
    const ended = told({ task_id: 'cccc', position: '5:n' });
    const { isDone } = bringing([ended, ...questions]);
    expect(doneUpTo([ended, ...questions], isDone)).toEqual(new Map([['aaaa1111bbbb22', '10:n']]));
    // What is done behind something that is not, is not passed by.
    expect(doneUpTo(questions, ({ position }) => position !== '3:n')).toEqual(
      new Map([['aaaa1111bbbb22', '2:n']]),
    );
  });

  it('has of a long text its beginning', () => {
    const long = textOf([told({ ...asked, question: { sequence: '001', question: 'x'.repeat(5000) } })])!;
    expect(long.length).toBeLessThan(1000);
    expect(long).toContain('x…"');
  });

  it.each(['\u009b', '\u2028', '\u202e', '\u{e0041}', '\x1b', '\ud800'])(
    'has no character that hides or turns the text: %j',
    (character) => {
      const words = `a${character}b`;
      const text = textOf([
        told({ status: 'failed', reason: 'quota', title: words, detail: words }),
        told({ ...asked, task_id: 'asks', question: { sequence: '001', question: words } }),
      ])!;
      expect(text).not.toContain(character);
      expect(text.split('\n')).toHaveLength(2);
    },
  );
});

describe('an event of claude', () => {
  it('that begins a session begins the cursor', () => {
    expect(actOnClaudeCode(event('SessionStart'))).toEqual({ do: 'begin', but: null });
  });

  it('with a prompt has what is new put beside it', () => {
    const act = actOnClaudeCode(event('UserPromptSubmit', { prompt: 'Hi' }));
    expect(act).toMatchObject({ do: 'bring' });
    if (act.do !== 'bring') return;
    expect(JSON.parse(act.print([asked]).output!)).toEqual({
      hookSpecificOutput: { hookEventName: 'UserPromptSubmit', additionalContext: textOf([asked]) },
    });
    expect(act.print([]).output).toBeNull();
  });

  it('that is a stop goes on with what is new, and once', () => {
    const act = actOnClaudeCode(event('Stop', { stop_hook_active: false }));
    if (act.do !== 'bring') throw new Error(act.do);
    expect(JSON.parse(act.print([asked]).output!)).toEqual({ decision: 'block', reason: textOf([asked]) });
    expect(actOnClaudeCode(event('Stop', { stop_hook_active: true }))).toEqual({ do: 'nothing' });
  });

  const afterTool = (tool: string, response: unknown) =>
    actOnClaudeCode(
      event('PostToolUse', { tool_name: `mcp__plugin_dispatch_dispatch__${tool}`, tool_response: response }),
    );
  const isNoted = (response: unknown, one: Notification): boolean => {
    const act = afterTool('inspect', response);
    if (act.do !== 'note') throw new Error(act.do);
    return act.isDone(one);
  };

  it.each([
    ['wait', (view: object) => ({ tasks: [view] })],
    ['inspect', (view: object) => ({ task_id: 'aaaa1111bbbb22', task: view, pending_questions: [] })],
    ['result', (view: object) => ({ ...view, id: undefined, task_id: 'aaaa1111bbbb22' })],
  ])('of a tool that showed a task takes note of what it showed: %s', (_, answer) => {
    const ended = told({ timestamp: '2026-11-30T10:00:00.000Z' });
    const says = (view: object) =>
      JSON.stringify(
        answer({
          id: 'aaaa1111bbbb22',
          status: 'completed',
          reason: 'turn_succeeded',
          updated_at: '2026-11-30T10:00:00.000Z',
          ...view,
        }),
      );
    expect(isNoted(says({}), ended)).toBe(true);
    // It ended between the tool's look and the hook.
    expect(isNoted(says({ status: 'running', reason: 'working' }), ended)).toBe(false);
    expect(isNoted(says({ updated_at: '2026-11-30T09:59:59.999Z' }), ended)).toBe(false);
    expect(isNoted(says({}), told({ task_id: 'cccc' }))).toBe(false);
    // It asked in between.
    expect(isNoted(says({}), asked)).toBe(false);
  });

  it('of a tool that showed a question takes note of that one', () => {
    const answer = JSON.stringify({
      tasks: [{ task_id: asked.task_id, status: 'awaiting_user', questions: [{ sequence: '002' }] }],
    });
    expect(isNoted(answer, asked)).toBe(true);
    expect(isNoted(answer, told({ ...asked, type: 'awaiting_user', question: null }))).toBe(true);
    expect(isNoted(answer, told({ ...asked, question: { sequence: '003', question: '' } }))).toBe(false);
    expect(isNoted(answer, told({}))).toBe(false);
  });

  it.each([undefined, null, '', 'Error: no_store', '[]', '{"tasks":7}', '{"tasks":[null,{"id":1}]}'])(
    'of a tool that showed nothing that can be read takes note of nothing: %j',
    (response) => {
      expect(isNoted(response, told({}))).toBe(false);
      expect(afterTool('ack', response)).toEqual({ do: 'acknowledge', upTo: new Map() });
    },
  );

  it('of what claude has acknowledged takes note as far', () => {
    const answer = JSON.stringify({ cursor: 'default', tasks: [{ task_id: 'cccc', position: '4:n' }] });
    expect(afterTool('ack', answer)).toEqual({ do: 'acknowledge', upTo: new Map([['cccc', '4:n']]) });
  });

  it('of a task that was started begins, without passing that over', () => {
    expect(afterTool('run', '{"task_id":"cccc"}')).toEqual({ do: 'begin', but: 'cccc' });
  });

  it.each(['', '[]', '{', 'null', '{"hook_event_name":1}'])('is none: %j', (text) => {
    expect(parseClaudeCodeEvent(text)).toBeNull();
  });

  it('that is not known changes nothing', () => {
    expect(actOnClaudeCode(event('Notification'))).toEqual({ do: 'nothing' });
  });
});
