import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { playPi, type PlayedPi } from './played.ts';

const id = '1m8pej1ddeszda';
const other = '1m8pf2b9ny6xh0';

function taskOf(pi: PlayedPi, fields: object = {}) {
  const root = join(pi.cwd, '.dispatch');
  mkdirSync(join(root, 'tasks', id), { recursive: true });
  return {
    ...{
      id,
      title: 'Paint it.',
      status: 'running',
      reason: 'working',
      detail: null,
      hint: null,
      backend: 'pi',
    },
    ...{ model: null, attempt_alive: true, attempts: [{}], questions: [], root: { path: root } },
    ...fields,
  };
}

const asking = {
  status: 'awaiting_user',
  reason: 'question',
  questions: [{ sequence: '001', answered_by: null }],
};
const pending = [{ sequence: '001', question: 'Red or blue?' }];

async function dispatched(): Promise<PlayedPi> {
  const pi = playPi();
  const task = taskOf(pi);
  pi.answers = { run: { task_id: id, task }, inspect: { task_id: id, task, pending_questions: [] } };
  pi.keepAnswers();
  await pi.emit('session_start');
  await pi.type("/dispatch --backend pi Paint it, don't wait.");
  await vi.waitFor(() => expect(pi.widget).toBeDefined(), 10_000);
  return pi;
}

const commandsAsked = (pi: PlayedPi) => pi.asked().map(({ argv }) => argv[1]);

test('a prompt makes a task, which is shown, selected and followed', async () => {
  const pi = await dispatched();
  expect(pi.asked()[0]).toEqual({
    argv: ['--json', 'run', '--backend=pi', '--prompt', '-'],
    input: "Paint it, don't wait.",
  });
  expect(pi.messages[0]).toMatchObject({
    message: {
      customType: 'dispatch',
      display: true,
      content: expect.stringContaining(`${id}  Paint it.`) as string,
    },
    options: { triggerTurn: false },
  });
  expect(pi.branch).toEqual([
    { type: 'custom', customType: 'dispatch-task', data: { task_id: id, root: join(pi.cwd, '.dispatch') } },
  ]);
  expect(pi.status).toBe('dispatch running');
  expect(pi.widget).toEqual([`Paint it.  ${id}  pi`, 'running', '/dispatch logs']);
});

test('a change in the folder of the task is seen, told once, and told to the model without a turn', async () => {
  const pi = await dispatched();
  const folder = join(pi.cwd, '.dispatch/tasks', id);
  const seen = { task: taskOf(pi, asking), pending_questions: pending };
  pi.answers.inspect = { ...seen, plan: { done: 1, total: 2 } };
  pi.keepAnswers();
  writeFileSync(join(folder, 'plan.md'), '- [x] one\n- [ ] two\n');
  await vi.waitFor(() => expect(pi.status).toBe('dispatch has a question'), 10_000);
  expect(pi.widget).toEqual([
    `Paint it.  ${id}  pi`,
    'has a question  plan 1 of 2',
    '│ Red or blue?',
    '/dispatch answer TEXT',
  ]);
  const looks = commandsAsked(pi).length;
  pi.answers.inspect = { ...seen, plan: { done: 2, total: 2 } };
  pi.keepAnswers();
  writeFileSync(join(folder, 'plan.md'), '- [x] one\n- [x] two\n');
  await vi.waitFor(() => expect(pi.widget?.[1]).toBe('has a question  plan 2 of 2'), 10_000);
  expect(commandsAsked(pi).length).toBeGreaterThan(looks);
  expect(pi.notes).toEqual([
    { text: 'dispatch: "Paint it." asks: Red or blue?\n/dispatch answer TEXT', type: 'info' },
  ]);
  const told = pi.messages.filter(({ message }) => !message.display);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({
    message: {
      content: expect.stringContaining(
        `The dispatched task ${id} is now awaiting_user (question).`,
      ) as string,
    },
    options: { deliverAs: 'nextTurn' },
  });
  expect(told[0]!.message.content).not.toContain('blue');
});

test('where dispatch cannot be asked, nothing is said of how the task stands', async () => {
  const pi = await dispatched();
  delete pi.answers.inspect;
  pi.keepAnswers();
  writeFileSync(join(pi.cwd, '.dispatch/tasks', id, 'plan.md'), '- [ ] one\n');
  await vi.waitFor(() => expect(pi.status).toBe('dispatch unknown'), 10_000);
  expect(pi.widget?.join('\n')).toMatch(
    /^task 1m8pej1ddeszda\nhow it stands is unknown: .*does not answer as dispatch does/,
  );
  expect(pi.widget?.join('\n')).not.toContain('running');
});

test('a missing id is the selected task in its store; another is named', async () => {
  const pi = await dispatched();
  const root = `--root=${join(pi.cwd, '.dispatch')}`;
  pi.answers = {
    ...pi.answers,
    answer: { task_id: id, answered: '001', task: taskOf(pi) },
    status: taskOf(pi, { id: other }),
    events: [],
    questions: [],
    list: [{ task_id: id }],
    config: {},
  };
  pi.keepAnswers();
  await pi.type('/dispatch answer Blue it is.');
  await pi.type('/dispatch-events');
  await pi.type('/dispatch-questions');
  await pi.type('/dispatch config');
  await pi.type(`/dispatch-status ${other}`);
  await pi.type('/dispatch');
  const wanted = [
    ['answer', id, '--message', '-', root],
    ['events', id, root],
    ['questions', id, root],
    ['config', 'show'],
    ['status', other],
    ['status', other, root],
  ];
  await vi.waitFor(() => {
    const typed = pi.asked().map(({ argv }) => argv.slice(1));
    expect(typed.filter(([command]) => !['run', 'inspect', 'list'].includes(command!))).toEqual(wanted);
  }, 10_000);
  expect(pi.asked().find(({ argv }) => argv[1] === 'answer')?.input).toBe('Blue it is.');
  await vi.waitFor(() => expect(pi.branch.at(-1)).toMatchObject({ data: { task_id: other } }), 10_000);
  await pi.type(`/dispatch-answer ${id.slice(-5)} Red.`);
  await vi.waitFor(
    () => expect(pi.notes.at(-1)?.text).toContain('may be a task or how the text begins'),
    10_000,
  );
});

test('a wait that ends selects nothing: the user is with another task by then', async () => {
  const pi = await dispatched();
  const [it, another] = [taskOf(pi, asking), taskOf(pi, { id: other })];
  pi.answers = {
    wait: { tasks: [it], task_id: id, task: it },
    status: another,
    inspect: { task: another, pending_questions: [] },
    answer: { task_id: other, answered: '001', task: another },
  };
  pi.keepAnswers();
  const letGo = pi.hold('wait');
  await pi.type(`/dispatch wait ${id}`);
  await pi.type(`/dispatch-status ${other}`);
  await vi.waitFor(() => expect(pi.branch.at(-1)).toMatchObject({ data: { task_id: other } }), 10_000);
  letGo();
  const shown = () => pi.messages.map(({ message }) => message.content).join('\n');
  await vi.waitFor(() => expect(shown()).toContain(`/dispatch wait ${id}\n\n${id}  Paint it.`), 10_000);
  await pi.type('/dispatch answer Blue');
  await vi.waitFor(() => expect(shown()).toContain('Answered question 001.'), 10_000);
  expect(pi.asked().find(({ argv }) => argv[1] === 'answer')?.argv[2]).toBe(other);
  expect(pi.branch.at(-1)).toMatchObject({ data: { task_id: other } });
});

test.each([
  ['result', other, { task_id: other, status: 'running', reason: 'working' }],
  ['logs', other.slice(-6), { task_id: other, transcript: [] }],
  ['events', other.slice(-6), []],
  ['questions', other, [{ task_id: other, questions: [] }]],
])('%s %s selects the task that it is about, in its store', async (command, word, answer) => {
  const pi = await dispatched();
  pi.answers = { ...pi.answers, [command]: answer, status: taskOf(pi, { id: other }) };
  pi.keepAnswers();
  await pi.type(`/dispatch ${command} ${word} --root=elsewhere`);
  await vi.waitFor(() => expect(pi.branch.at(-1)).toMatchObject({ data: { task_id: other } }), 10_000);
  const wanted = command === 'events' ? word : other;
  expect(pi.asked().find(({ argv }) => argv[1] === 'status')?.argv).toEqual([
    ...['--json', 'status', wanted, '--root=elsewhere'],
  ]);
});

test('what is about no one task selects none', async () => {
  const pi = playPi();
  const rows = [{ task_id: other, questions: [] }];
  pi.answers = { questions: rows, list: rows, wait: { tasks: [], timed_out: true } };
  pi.keepAnswers();
  await pi.emit('session_start');
  for (const line of ['-questions', ' list', ` wait ${other}`]) await pi.type(`/dispatch${line}`);
  await vi.waitFor(() => expect(pi.messages).toHaveLength(3), 10_000);
  expect(commandsAsked(pi).toSorted()).toEqual(['list', 'questions', 'wait']);
  expect(pi.branch).toEqual([]);
});

test('the tree of the session has a selection on each of its paths', async () => {
  const pi = await dispatched();
  const kept = [...pi.branch];
  pi.branch.length = 0;
  await pi.emit('session_tree');
  expect([pi.status, pi.widget]).toEqual([undefined, undefined]);
  await pi.type('/dispatch-status');
  await vi.waitFor(() =>
    expect(pi.notes.at(-1)?.text).toContain('no task is selected, and status is about one'),
  );
  pi.branch.push(...kept);
  await pi.emit('session_tree');
  await vi.waitFor(() => expect(pi.status).toBe('dispatch running'), 10_000);
  await pi.type('/dispatch close');
  await vi.waitFor(() => expect(pi.widget).toBe(undefined));
  await pi.emit('session_start');
  expect(pi.widget).toBe(undefined);
});

test('a refusal shows message and hint; a mistyped command may have been a prompt', async () => {
  const pi = playPi();
  const error = { code: 'task_not_found', message: 'no task "the"', hint: 'See `dispatch list`.' };
  pi.answers = { cancel: { ok: false, error } };
  pi.keepAnswers();
  await pi.emit('session_start');
  await pi.type('/dispatch cancel the old jobs');
  await vi.waitFor(() => expect(pi.notes).toHaveLength(1), 10_000);
  expect(pi.notes[0]).toEqual({
    text: 'no task "the"\nSee `dispatch list`.\nIf it was meant as a prompt: /dispatch run cancel the old jobs',
    type: 'error',
  });
});

test('one id that is not there was no prompt', async () => {
  const pi = playPi();
  pi.answers = { cancel: { ok: false, error: { code: 'task_not_found', message: 'no\x1b[2J', hint: null } } };
  pi.keepAnswers();
  await pi.emit('session_start');
  await pi.type('/dispatch cancel 1m8p');
  await vi.waitFor(() => expect(pi.notes).toEqual([{ text: 'no␛[2J', type: 'error' }]), 10_000);
});

test('where somebody looks, a command does not hold up pi', async () => {
  const pi = playPi();
  pi.answers = { list: [] };
  pi.keepAnswers();
  await pi.emit('session_start');
  await pi.type('/dispatch list');
  expect(pi.messages).toEqual([]);
  await vi.waitFor(() => expect(pi.messages).toHaveLength(1), 10_000);
});

test('while the model speaks, what was asked is shown beside the conversation', async () => {
  const pi = playPi();
  pi.answers = { list: [] };
  pi.keepAnswers();
  pi.isIdle = false;
  await pi.emit('session_start');
  await pi.type('/dispatch list');
  await vi.waitFor(() => expect(pi.notes).toEqual([{ text: 'No tasks here.', type: 'info' }]), 10_000);
  expect(pi.messages).toEqual([]);
});

test('without a screen a command is awaited, and nothing is followed', async () => {
  const pi = playPi({ hasUI: false });
  const printed = vi.spyOn(console, 'error').mockReturnValue(undefined);
  const task = taskOf(pi);
  pi.answers = {
    status: { ok: false, error: { code: 'task_not_found', message: 'no task', hint: null } },
    run: { task_id: id, task },
    ready: { ready: true, default_target: { backend: 'pi', why: 'It is there.' } },
  };
  pi.keepAnswers();
  await pi.emit('session_start');
  await pi.type('/dispatch');
  expect(pi.messages[0]?.message.content).toMatch(
    /dispatch is .*dispatch\.cjs \(by DISPATCH_BIN\)\.\nReady: a task goes to pi\. It is there\./,
  );
  await pi.type('/dispatch Paint it.');
  expect(printed.mock.calls.join('\n')).toContain('Ready: a task goes to pi.');
  await pi.type('/dispatch-status no such task');
  expect(printed.mock.lastCall?.[0]).toContain('If it was meant as a prompt');
  printed.mockRestore();
  expect(commandsAsked(pi)).toEqual(['ready', 'run', 'status']);
  expect(pi.widget).toBe(undefined);
});

test('the session ends what looks, and nothing is asked after it', async () => {
  const pi = await dispatched();
  await pi.emit('session_shutdown');
  const before = commandsAsked(pi).length;
  writeFileSync(join(pi.cwd, '.dispatch/tasks', id, 'plan.md'), '- [ ] one\n');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(commandsAsked(pi)).toHaveLength(before);
});

test('dashed commands complete as the long ones', async () => {
  const pi = playPi();
  pi.answers = { complete: { files: false, candidates: [{ value: id, description: 'running  Paint it.' }] } };
  pi.keepAnswers();
  await pi.emit('session_start');
  expect(await pi.complete('/dispatch-status 1m')).toEqual([
    { value: `${id} `, label: id, description: 'running  Paint it.' },
  ]);
  expect(pi.asked().map(({ argv }) => argv)).toEqual([['--json', 'complete', '--', 'status', '']]);
});
