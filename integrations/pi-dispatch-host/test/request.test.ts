import { expect, test } from 'vitest';
import { readRequest, type Request, type TellTask } from '../src/request.ts';

const id = '1m8pej1ddeszda';
const tellTask: TellTask = (word) =>
  Promise.resolve(word === id || word === '@last' ? 'task' : word === 'szda' ? 'part' : 'word');
const read = (typed: string): Promise<Request> => readRequest(typed, tellTask);

function run(argv: string[], input: string | null, root: string | null = null): Request {
  const prompt = input === null ? [] : ['--prompt', '-'];
  return { kind: 'call', command: 'run', argv: [...argv, ...prompt], input, task: 'none', root };
}

test.each<[string, Request]>([
  ['Fix the login', run([], 'Fix the login')],
  ['Fix the user\'s "login" page, don\'t wait', run([], 'Fix the user\'s "login" page, don\'t wait')],
  ['two\n  lines', run([], 'two\n  lines')],
  ['"list the files"', run([], 'list the files')],
  ['run list the files', run([], 'list the files')],
  ['-- list --mode "x"', run([], 'list --mode "x"')],
  ['run -- --model is an option', run([], '--model is an option')],
  [
    '--backend codex --model "gpt 5" --mode direct Fix it',
    run(['--backend=codex', '--model=gpt 5', '--mode=direct'], 'Fix it'),
  ],
  ['--backend=codex Fix it', run(['--backend=codex'], 'Fix it')],
  ['--title="Two words" --allow-commit Fix', run(['--title=Two words', '--allow-commit'], 'Fix')],
  ['--from plan.md --mode plan', run(['--from=plan.md', '--mode=plan'], null)],
  ['"Fix it" --backend codex', run(['--backend=codex'], 'Fix it')],
  ['"Fix" the --typo flag', run([], '"Fix" the --typo flag')],
  ['"document --model" --backend pi', run(['--backend=pi'], 'document --model')],
  ['--root "/a b" Fix', run([], 'Fix', '/a b')],
  ['--json --root=/a Fix', run([], 'Fix', '/a')],
])('%j is a prompt', async (typed, request) => {
  expect(await read(typed)).toEqual(request);
});

test.each(['', '   ', '--json'])('%j is empty', async (typed) => {
  expect(await read(typed)).toEqual({ kind: 'empty' });
});

test.each<[string, string, string[], string]>([
  ['ready', 'ready', [], 'none'],
  ['config set-default sonnet', 'config', ['set-default', 'sonnet'], 'none'],
  [
    'config add-alias fast --prompt "be quick"',
    'config',
    ['add-alias', 'fast', '--prompt', 'be quick'],
    'none',
  ],
  ['template --kind audit --output plan.md', 'template', ['--kind', 'audit', '--output', 'plan.md'], 'none'],
  ['list --status failed', 'list', ['--status', 'failed'], 'none'],
  [`status ${id}`, 'status', [id], 'named'],
  ['status', 'status', [], 'needed'],
  ['inspect --event-limit 3', 'inspect', ['--event-limit', '3'], 'needed'],
  ['events @last --after 3:x', 'events', ['@last', '--after', '3:x'], 'named'],
  ['questions', 'questions', [], 'wanted'],
  ['questions --everywhere', 'questions', ['--everywhere'], 'none'],
  ['logs --help', 'logs', ['--help'], 'none'],
])('%j is %s with %j', async (typed, command, argv, task) => {
  expect(await read(typed)).toEqual({ kind: 'call', command, argv, input: null, task, root: null });
});

test.each<[string, string[], string | null, string]>([
  [`answer ${id} Blue it is.`, [id, '--message', '-'], 'Blue it is.', 'named'],
  ['answer @last Blue', ['@last', '--message', '-'], 'Blue', 'named'],
  ["answer Blue, don't wait", ['--message', '-'], "Blue, don't wait", 'needed'],
  ['answer --question 2 --resume Blue', ['--question=2', '--resume', '--message', '-'], 'Blue', 'needed'],
  [`answer ${id} --resume "Blue"`, [id, '--resume', '--message', '-'], 'Blue', 'named'],
  [`answer "${id} is the one"`, ['--message', '-'], `${id} is the one`, 'needed'],
  ['answer "szda"', ['--message', '-'], 'szda', 'needed'],
  ['answer --message Blue', ['--message=Blue'], null, 'needed'],
  ['resume', [], null, 'needed'],
  [`resume ${id}`, [id], null, 'named'],
  ['resume --fresh --backend claude', ['--fresh', '--backend=claude'], null, 'needed'],
  ['fork Another way', ['--prompt', '-'], 'Another way', 'needed'],
])('%j has a task and a text', async (typed, argv, input, task) => {
  expect(await read(typed)).toMatchObject({ argv, input, task });
});

test.each([
  ['Fix it --backend codex', '--backend stands inside of a prompt'],
  ['"Fix it', 'the quote that begins at "Fix it is not closed'],
  ['--title "Fix it', 'is not closed'],
  ['--backend', '--backend takes a value, and none follows it'],
  ['--backend --model x', '--backend takes a value, and none follows it'],
  ['--root', '--root takes a value'],
  ['logs --follow', '--follow never returns'],
  ['--foreground Fix', '--foreground never returns'],
  ['answer szda yes', 'szda may be a task or how the text begins'],
  ['answer', 'the answer says nothing'],
  [`answer ${id}`, 'the answer says nothing'],
  ['enter', 'enter is not for here: it needs a terminal of its own'],
  ['ask Which?', 'ask is not for here: workers ask'],
])('%j is refused: %s', async (typed, message) => {
  await expect(read(typed)).rejects.toThrow(message);
});

test('own commands', async () => {
  expect(await read('which')).toEqual({ kind: 'own', name: 'which' });
  expect(await read('close')).toEqual({ kind: 'own', name: 'close' });
});
