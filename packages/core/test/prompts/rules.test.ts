import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { renderFirstPrompt } from '../../src/prompts/index.ts';
import { workerTemplate } from '../../src/prompts/template.generated.ts';
import { firstPrompt, taskDir } from './sample.ts';

/** Each rule that a worker works by, and what shows that its prompt carries it. */
const rulesOfBoth: [rule: string, ...shownBy: RegExp[]][] = [
  ['works in the workspace', /work in \/home\/u\/project/],
  [
    'may write plan, output, context and mailbox only',
    /you write plan\.md, output\.md, context\.md and mailbox\/, and nothing else/,
  ],
  [
    "keeps its hands off what is dispatch's",
    /Never change task\.json, events\.jsonl, outputs\/ or any other/,
  ],
  ['prefers concrete items that can be verified', /concrete steps whose result can be verified/],
  [
    'knows the five marks',
    /`- \[ \]` pending, `- \[>\]` in progress, `- \[x\]` done, `- \[\?\]` blocked, `- \[!\]` failed/,
  ],
  ['keeps marks honest', /marks honest/],
  ['keeps the plan updated', /up to date while you work/],
  ['goes from top to bottom unless there is a reason', /top to bottom unless there is a reason/],
  ['leaves the plan so that another worker can go on', /another worker could go on/],
  ['prefers its plan over scratch files', /prefer progress on it over separate scratch files/],
  ['asks through the mailbox only', /only through the mailbox/],
  ['asks only what it needs', /only if you need the answer/],
  [
    'asks with absolute paths',
    /^ {2}"\/opt\/node\/bin\/node" "\/opt\/dispatch\/dispatch\.cjs" ask "your question"$/m,
  ],
  ['repeats a call that was cut off', /cut off, repeat the same command/],
  ['on 24 saves its context', /24: nobody answered\.\sThen write .* to context\.md/],
  [
    'on 24 notes the blockage and the missing answer',
    /note in plan\.md what is blocked and which answer is missing/,
  ],
  ['on 24 stops', /which answer is missing, and stop/],
  ['numbers questions by the files that are there', /next number after those in mailbox\/ \(001 if none\)/],
  [
    'writes a question whole or not at all',
    /temporary file in mailbox\/, `ln` it to NNN\.question so that it appears whole or not at all/,
  ],
  ['waits for the answer', /wait for NNN\.answer/],
  ['acknowledges the answer', /acknowledge it with an empty NNN\.done/],
  ['without an answer by hand does the same as on 24', /If no answer comes, act as for 24/],
  ['tells its progress in the one file for that', /mailbox\/progress; replace that each time .*rename it/],
  ['writes no notes into the mailbox', /mailbox is not for notes/],
  ['notes an error that it cannot resolve in the plan', /cannot resolve: mark the step `\[!\]` in plan\.md/],
  [
    'leaves an error so that a later worker can recover, and stops',
    /\[!\]`.*write what a later worker needs to recover to context\.md, and stop/,
  ],
  ['works later notes in', /take them into the plan and your next step/],
  [
    'puts results into output.md before the marker',
    /results into output\.md\.[^]*create the empty file mailbox\/\.done/,
  ],
  [
    'marks completion only when all agree, last',
    /Only when .*plan\.md, output\.md and the work agree, create .*mailbox\/\.done, as your last act/,
  ],
];

describe.each(['direct', 'plan'] as const)(
  'the first prompt of a %s task tells that a worker',
  (taskMode) => {
    const prompt = renderFirstPrompt({ ...firstPrompt, taskMode });

    test.each(rulesOfBoth)('%s', (_rule, ...shownBy) => {
      for (const pattern of shownBy) expect(prompt).toMatch(pattern);
    });

    test('names the task folder and leaves no placeholder', () => {
      expect(prompt).toContain(taskDir);
      expect(prompt).not.toMatch(/\{\{|\}\}/);
    });
  },
);

test('a plan is read first, and a brief is made one', () => {
  const prompt = renderFirstPrompt({ ...firstPrompt, taskMode: 'plan' });
  expect(prompt).toMatch(/plan\.md is the working record of this task\. Read it before you begin/);
  expect(prompt).toMatch(/only a brief, turn it into a plan/);
  expect(prompt).not.toMatch(/optional/);
});

test('a direct task needs no plan', () => {
  const prompt = renderFirstPrompt({ ...firstPrompt, taskMode: 'direct' });
  expect(prompt).toMatch(/plan\.md is optional here/);
  expect(prompt).not.toMatch(/only a brief/);
});

test('the rules are short: every task pays for them', () => {
  for (const taskMode of ['plan', 'direct'] as const) {
    const prompt = renderFirstPrompt({ ...firstPrompt, taskMode, request: '' });
    expect(Buffer.byteLength(prompt)).toBeLessThan(2500);
  }
});

test('who is handed tools is told of them, at little cost, and nobody else', () => {
  const tools = ['ask_user', 'report_progress'];
  const [without, told] = [[], tools].map((handed) => renderFirstPrompt({ ...firstPrompt, tools: handed }));
  expect(told).toContain('the MCP server dispatch_worker gives you ask_user, report_progress.');
  expect(without).not.toContain('dispatch_worker');
  expect(told!.length - without!.length).toBeLessThan(250);
});

test('the template in the bundle is the one in prompts/', () => {
  const source = readFileSync(new URL('../../../../prompts/worker-template.md', import.meta.url), 'utf8');
  expect(workerTemplate).toBe(source);
});
