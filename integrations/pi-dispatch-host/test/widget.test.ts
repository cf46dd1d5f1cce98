import { expect, test } from 'vitest';
import { taskIn } from '../src/task.ts';
import { newsKey, newsText } from '../src/widget.ts';

const asking = (...open: [sequence: string, sha256: string][]) =>
  taskIn({
    ...{ id: '1m8pej1ddeszda', title: 'Paint it.', status: 'awaiting_user', reason: 'question' },
    questions: open.map(([sequence, sha256]) => ({ sequence, sha256, answered_by: null })),
  })!;

test('each open question is news: another beside the first, and another in its place', () => {
  const states = [
    asking(['001', 'aa']),
    asking(['001', 'aa'], ['002', 'bb']),
    asking(['001', 'cc']),
    asking(['002', 'bb']),
  ];
  expect(new Set(states.map(newsKey)).size).toBe(states.length);
  expect(newsKey(asking(['001', 'aa'], ['002', 'bb']))).toBe(newsKey(states[1]!));
});

test('the newest question is told, and that it is not alone', () => {
  const questions = ['Red or blue?', 'How many\ncoats?'].map((question, at) => ({
    sequence: `00${at + 1}`,
    question,
  }));
  expect(newsText({ task: asking(['001', 'aa'], ['002', 'bb']), questions, plan: null })).toBe(
    'dispatch: "Paint it." asks: How many coats?\n2 questions are open\n/dispatch answer --resume TEXT',
  );
});
