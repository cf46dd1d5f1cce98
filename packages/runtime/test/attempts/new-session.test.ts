import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resumeTask } from '../../src/index.ts';
import { StoreInAFolder, type RunWish } from '../setup/store-in-a-folder.ts';

let store: StoreInAFolder;

beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

const first = '45e26213-6260-4d21-ac1f-000000000001';
const second = '45e26213-6260-4d21-ac1f-000000000002';
const line = (record: object) => `echo '${JSON.stringify(record)}'`;
const init = (id: string) => line({ type: 'system', subtype: 'init', session_id: id });
const text = line({ type: 'assistant', message: { content: [{ type: 'text', text: 'Done.' }] } });
const done = line({ type: 'result', subtype: 'success', is_error: false, result: 'Done.' });

/** Each call of it is a line of `calls`: words, working folder, a variable; prompts are in `prompt.N`. */
function cursorThat({ creates, works }: { creates: string; works: string }): void {
  store.agent(
    'cu',
    `[ "$1" = --version ] && exit 0
log=${store.folder}/calls
if [ "$1" = create-chat ]; then echo "create-chat $PWD $FLAVOUR \${DISPATCH_ATTEMPT:-unmarked}" >>$log; ${creates}; exit; fi
for prompt; do :; done
n=$(grep -c ^run "$log"); printf %s "$prompt" >${store.folder}/prompt.$n
case "$*" in *--resume*) chat=\${*#*--resume }; chat=\${chat%% *};; *) chat=none;; esac
echo "run $chat $(wc -c | tr -d ' ')" >>$log
${works}`,
    { type: 'cursor-agent' },
  );
}

const calls = (): string[] => readFileSync(join(store.folder, 'calls'), 'utf8').trimEnd().split('\n');
const prompt = (number: number): string => readFileSync(join(store.folder, `prompt.${number}`), 'utf8');

async function run(wish: RunWish = {}): Promise<string> {
  writeFileSync(join(store.folder, 'calls'), '');
  store.environment['FLAVOUR'] = 'sweet';
  const { task_id: id } = await store.run('', { backend: 'cu', ...wish });
  return id;
}

async function resume(id: string, message: string): Promise<void> {
  await resumeTask(store.dispatcher(), id, { message, execution_mode: null, task_mode: null, fresh: null });
}

describe('a session that a command of the agent makes', () => {
  it('is made before the attempt, there and with what the attempt has, and is the one that goes on', async () => {
    cursorThat({ creates: `echo ${first}`, works: `${init(first)}\n${text}\n${done}` });
    const id = await run();
    expect(store.task(id).session).toMatchObject({
      locator: { kind: 'id', value: first },
      established: false,
    });
    await store.carriesOut(id);
    await resume(id, 'And now?');
    expect(await store.carriesOut(id)).toMatchObject({
      status: 'completed',
      session: { locator: { value: first }, established: true },
      attempts: [{ resumes_session: false }, { resumes_session: true }],
    });
    expect(calls()).toEqual([
      `create-chat ${store.workspace} sweet unmarked`,
      `run ${first} 0`,
      `run ${first} 0`,
    ]);
    expect(prompt(0)).toContain('do it');
    expect(prompt(1)).toMatch(/^Your dispatch task goes on[^]*And now\?/);
  });

  it('is learned from the log where the command fails', async () => {
    for (const creates of ['exit 1', 'echo --force', 'kill -9 $$']) {
      cursorThat({ creates, works: `${init(second)}\n${text}\n${done}` });
      const id = await run();
      expect(store.task(id).session).toBeNull();
      expect(await store.carriesOut(id)).toMatchObject({
        status: 'completed',
        session: { locator: { value: second }, established: true },
      });
      expect(calls().at(-1)).toBe('run none 0');
    }
  });

  it('is begun with the whole request until the model has answered in it', async () => {
    const works = `test -e ${store.folder}/in || { echo 'Error: Not logged in' >&2; exit 1; }\n${init(first)}\n${text}\n${done}`;
    cursorThat({ creates: `echo ${first}`, works });
    const id = await run();
    expect(await store.carriesOut(id)).toMatchObject({ status: 'failed', reason: 'auth' });
    writeFileSync(join(store.folder, 'in'), '');
    await resume(id, 'I am in.');
    expect(await store.carriesOut(id)).toMatchObject({ status: 'completed' });
    expect(calls().slice(1)).toEqual([`run ${first} 0`, `run ${first} 0`]);
    expect(prompt(1)).toContain('do it');
    expect(prompt(1)).toContain('I am in.');
  });

  it('is made anew, by itself, where the agent does not know the one before', async () => {
    const works = `case $chat in
${first}) test -s ${store.folder}/once && { echo 'Error: Chat not found' >&2; exit 1; }; echo 1 >${store.folder}/once; ${init(first)}; exit 1;;
*) ${init(second)}; ${text}; ${done};;
esac`;
    cursorThat({ creates: `test -s ${store.folder}/once && echo ${second} || echo ${first}`, works });
    const id = await run();
    expect(await store.carriesOut(id)).toMatchObject({ status: 'failed', reason: 'agent_error' });
    await resume(id, 'Again.');
    expect(await store.carriesOut(id)).toMatchObject({
      status: 'completed',
      session: { locator: { value: second } },
      attempts: [{}, { cause: 'resume' }, { cause: 'session_unknown', automatic: true }],
    });
    expect(prompt(2)).toContain('do it');
  });
});

describe('a prompt that cannot be an argument', () => {
  it('is refused before anything is made', async () => {
    cursorThat({ creates: `echo ${first}`, works: `${init(first)}\n${text}\n${done}` });
    await expect(run({ prompt: 'a\0b' })).rejects.toMatchObject({ code: 'prompt_has_nul' });
    expect(calls()).toEqual(['']);
    expect(store.dispatcher().store.taskIds()).toEqual([]);
    const id = await run();
    await store.carriesOut(id);
    const before = store.kinds(id);
    await expect(resume(id, 'a\0b')).rejects.toMatchObject({ code: 'prompt_has_nul' });
    expect(store.kinds(id)).toEqual(before);
    expect(readdirSync(join(store.root, 'tasks', id, 'messages'))).toEqual([]);
  });

  it('is pointed to where it is long', async () => {
    cursorThat({ creates: `echo ${first}`, works: `${init(first)}\n${text}\n${done}` });
    const id = await run({ prompt: '€'.repeat(60_000) });
    await store.carriesOut(id);
    expect(prompt(0)).toContain(`Read all of ${join(store.root, 'tasks', id, 'prompt.md')}`);
    await resume(id, '€'.repeat(60_000));
    await store.carriesOut(id);
    expect(prompt(1)).toContain(join(store.root, 'tasks', id, 'messages'));
    expect(prompt(1).length).toBeLessThan(1000);
  });
});
