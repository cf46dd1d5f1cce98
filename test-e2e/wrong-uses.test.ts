// Wrong uses, and what each is told: the table of docs/wrong-uses.md, which `DISPATCH_WRITE=1` makes anew.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { cleanUpAfterEach, dataOf, dispatch, errorOf, stageScriptedAgent } from './harness/index.ts';

cleanUpAfterEach();

const page = join(import.meta.dirname, '../docs/wrong-uses.md');
const errors = readFileSync(join(import.meta.dirname, '../docs/errors.md'), 'utf8');

/** `ID` is a task that is completed. */
const uses: readonly string[] = [
  'rnu --prompt x',
  '--promt x run',
  'run',
  'run --prompt',
  "run --prompt ''",
  "run --prompt ' '",
  'run --prompt x --prompt y',
  'run --prompt x --from task.md',
  'run the tests',
  'run --promt x',
  'run --prompt x --timeout soon',
  'run --prompt x --timeout 0',
  'run --prompt x --stall-timeout=-5',
  'run --prompt x --mode plna',
  'run --prompt x --execution-mode yolo',
  'run --prompt x --on-interrupt retry',
  'run --prompt x --leftovers eat',
  'run --prompt x --foreground=yes',
  'run --prompt x --workspace gone',
  'run --prompt x --add-dir task.md',
  'run --prompt x --attach gone.png',
  'run --prompt x --backend codx',
  'run --prompt x --backend codex',
  'run --prompt x --agent reviewer',
  'run --prompt x --skill code-review',
  "run --prompt x --skill 'a b'",
  'run --prompt x --skill .',
  'run --prompt x --skill gone.md',
  'run --prompt x --skill empty.md',
  'run --prompt x --verify true --no-verify',
  'run --prompt x --no-agent',
  'run --from .',
  'run --from gone.md',
  'run --from empty.md',
  'run --like nosuchtask',
  'run --like ID --agent reviewer',
  'inspect',
  'inspect ../../etc',
  'inspect abc',
  'inspect ID --event-limit many',
  'status nosuchtask',
  'events ID --after 99:nonce',
  'logs ID --attempt 7',
  'logs ID --raw --json',
  'logs ID --after 3',
  'logs ID --follow --limit 3',
  'events ID --follow --limit 3',
  'list --limit 0',
  'list --limit 3 --all',
  'list --status done',
  'list --since yesterday',
  'mcp now',
  'wait',
  'wait ID --timeout never',
  'watch ID nosuchtask',
  'watch --as My_Host',
  'watch --until done',
  'ack',
  'ack ID --all',
  'ack --all --position 1:nonce',
  'ack ID --position 99:nonce',
  'ack ID --as ../../etc',
  'list --as my-host',
  'answer ID',
  'answer ID --message x',
  'answer ID --message x --question 9',
  'resume ID',
  'resume ID --message x --backend mine',
  'fork ID --prompt x',
  'enter ID',
  'adopt --session x',
  'adopt --backend mine --session x',
  'cancel',
  'cancel ID --timeout soon',
  'start ID',
  'template --kind bugfx',
  'template --output gone/plan.md',
  'prune --older-than tomorrow',
  'integrate vim',
  'integrate codex --print --undo',
  'supervise now',
  'supervise --install --status',
  'supervise --print',
  'prompt user',
  'open',
  'export ID --output .',
  'doctor --conformance --take-over',
  'config',
  'config shwo',
  'config set-default nobody',
  'config add-model small --backend codx',
  'config add-model small',
  'config remove-alias quick',
  'config validate gone.yaml',
  'trust',
  'help rnu',
  '--root gone list',
  '--root task.md list',
  'list --root',
  'ask',
];

/** The words of a line as a shell takes them, for what stands here. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
}

test('each has one clear error with a code that is documented', { timeout: 120_000 }, async () => {
  const stage = await stageScriptedAgent('#!/bin/sh\ncat >/dev/null\n');
  const config = join(stage.home.home, '.dispatch/config.yaml');
  writeFileSync(config, readFileSync(config, 'utf8').replace(/^( +)scripted:/m, '$1mine:'));
  for (const name of ['codex', 'claude', 'pi']) rmSync(join(stage.home.bin, name), { force: true });
  for (const [name, text] of [
    ['task.md', 'Do it.\n'],
    ['empty.md', ''],
  ] as const)
    writeFileSync(join(stage.cwd, name), text);
  mkdirSync(join(stage.cwd, 'folder'));
  const { task_id: id } = dataOf<{ task_id: string }>(await stage.type(['run', '--prompt', 'x']));
  await stage.type(['wait', id]);
  const neutral = (text: string) =>
    text
      .replaceAll(id, 'ID')
      .replaceAll(stage.cwd, '~/project')
      .replaceAll(stage.home.home, '~')
      .replaceAll(/\s+/g, ' ');
  const rows: string[] = [];
  for (const use of uses) {
    const words = wordsOf(use).map((word) => (word === 'ID' ? id : word));
    const isJson = words.includes('--json');
    const ended = isJson
      ? await dispatch(words, { cwd: stage.cwd, env: stage.home.env })
      : await dispatch(['--json', ...words], { cwd: stage.cwd, env: stage.home.env });
    const { code, message, hint } = errorOf(ended);
    expect([use, code]).not.toEqual([use, 'internal']);
    expect(errors, use).toContain(`| \`${code}\``);
    expect(message, use).toMatch(/\S/);
    expect(hint ?? '', use).toMatch(/\S/);
    expect(ended.stdout.trimEnd().split('\n'), use).toHaveLength(1);
    const cell = (text: string) => neutral(text).replaceAll('|', '\\|').replaceAll('<', '&lt;');
    rows.push(
      `| \`dispatch ${use}\` | ${ended.exitCode} | \`${code}\` | ${cell(message)} | ${cell(hint ?? '')} |`,
    );
  }
  expect(rows.length).toBeGreaterThanOrEqual(50);
  const text = [
    '# Wrong uses',
    '',
    'What is typed, and what it is told. Made by `DISPATCH_WRITE=1 npx vitest run --project e2e test-e2e/wrong-uses.test.ts`;',
    'without the variable that test holds this page against the program. `ID` is a task that is completed, `mine` an agent of',
    "the user's own that knows no sessions, and no other agent is installed. Codes: [errors.md](errors.md).",
    '',
    '| typed | exit | code | error | hint |',
    '| ----- | ---- | ---- | ----- | ---- |',
    ...rows,
    '',
  ].join('\n');
  const formatted = await format(text, { ...(await resolveConfig(page)), parser: 'markdown' });
  if (process.env.DISPATCH_WRITE === '1') writeFileSync(page, formatted);
  expect(readFileSync(page, 'utf8')).toBe(formatted);
});
