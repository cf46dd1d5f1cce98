import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerQuestion, resultOf } from '../../src/index.ts';
import { runtimeProgram } from '../setup/program.ts';
import { until } from '../setup/until.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';

let program: Awaited<ReturnType<typeof runtimeProgram>>;
let store: StoreInAFolder;

beforeAll(async () => {
  program = await runtimeProgram();
});
afterAll(() => rmSync(program.folder, { recursive: true }));
beforeEach(() => {
  store = new StoreInAFolder(program);
});
afterEach(() => store.remove());

/** A worker that asks by hand and goes on with the answer. */
const asksByHand = `
cd "$DISPATCH_TASK_DIR/mailbox"
printf 'which colour?\\n' >.q
mv .q 001.question
while [ ! -s 001.answer ]; do sleep 0.05; done
echo "taken: $(cat 001.answer)"
: >001.done
`;

describe('a task in the hands of a supervisor', () => {
  it('runs and is completed by its exit status, with what it said', async () => {
    const { task_id: id, status } = await store.run('cat; echo hello; echo oops >&2');
    expect(status).toBe('running');
    const task = await store.becomes(id, 'completed');
    expect(task).toMatchObject({
      reason: 'turn_succeeded',
      attempts: [{ outcome: 'succeeded', exit_code: 0, phase: 'ended' }],
    });
    const result = await resultOf(store.dispatcher(), id);
    expect(result.last_message).toMatch(/do it[^]*hello$/);
    await until('the marker to be removed', () => !existsSync(join(store.root, 'index/active', `${id}.0`)));
    expect(store.kinds(id)).toEqual(
      expect.arrayContaining(['created', 'attempt_started', 'attempt_claimed', 'attempt_ended']),
    );
  });

  it('fails by its exit status', async () => {
    const { task_id: id } = await store.run('exit 3');
    expect(await store.becomes(id, 'failed')).toMatchObject({
      reason: 'agent_error',
      detail: 'exit status 3',
    });
  });

  it('is completed by the marker of the worker, whatever the exit status', async () => {
    const { task_id: id } = await store.run(': >"$DISPATCH_TASK_DIR/mailbox/.done"; exit 3');
    expect(await store.becomes(id, 'completed')).toMatchObject({ reason: 'worker_marked_done' });
  });

  it('asks by hand, awaits the user, goes on with the answer and is completed', async () => {
    const { task_id: id } = await store.run(asksByHand);
    const asking = await store.becomes(id, 'awaiting_user');
    expect(asking).toMatchObject({
      reason: 'question',
      questions: [{ sequence: '001', question: 'which colour?\n' }],
    });
    expect(answerQuestion(store.dispatcher(), id, { message: 'blue', question: null }).answered).toBe('001');
    expect(['running', 'completed']).toContain(store.task(id).status);
    expect(() => answerQuestion(store.dispatcher(), id, { message: 'red', question: null })).toThrow(
      /its answer already/,
    );
    const task = await store.becomes(id, 'completed');
    expect(task.questions).toMatchObject([{ answered_by: 'command', taken_by: 'hand' }]);
    expect(() => answerQuestion(store.dispatcher(), id, { message: 'red', question: null })).toThrow(
      expect.objectContaining({ hint: `to say more, type: dispatch resume ${id} --message "…"` }),
    );
    expect((await resultOf(store.dispatcher(), id)).last_message).toContain('taken: blue');
  });

  it('adopts an answer that an editor wrote, once', async () => {
    const { task_id: id } = await store.run(asksByHand);
    const { artifacts } = await store.becomes(id, 'awaiting_user');
    const path = join(artifacts.mailbox_dir, '001.answer');
    writeFileSync(join(store.folder, 'draft'), 'green\n');
    renameSync(join(store.folder, 'draft'), path);
    const task = await store.becomes(id, 'completed');
    expect(task.questions).toMatchObject([{ answered_by: 'hand', taken_by: 'hand' }]);
    expect(store.kinds(id).filter((kind) => kind === 'question_answered')).toHaveLength(1);
  });

  it('hands the answer over that `ask` printed', async () => {
    const { task_id: id } = await store.run(`"${program.node}" "${program.program}" ask 'which colour?'`);
    await store.becomes(id, 'awaiting_user');
    answerQuestion(store.dispatcher(), id, { message: 'blue', question: '1' });
    const task = await store.becomes(id, 'completed');
    expect(task.questions).toMatchObject([{ taken_by: 'ask' }]);
    expect((await resultOf(store.dispatcher(), id)).last_message).toBe('blue');
  });

  it('awaits the user where the worker left with its question open', async () => {
    const { task_id: id } = await store.run('printf why >"$DISPATCH_TASK_DIR/mailbox/001.question"; exit 0');
    await store.shows(id, 'the attempt to end', ({ attempts }) => attempts[0]?.phase === 'ended');
    expect(store.task(id)).toMatchObject({ status: 'awaiting_user', reason: 'question' });
    answerQuestion(store.dispatcher(), id, { message: 'because', question: null });
    expect(store.task(id)).toMatchObject({ status: 'awaiting_user', reason: 'answered' });
    expect(() => answerQuestion(store.dispatcher(), id, { message: 'no', question: null })).toThrow(
      expect.objectContaining({
        code: 'already_answered',
        hint: `it waits to be taken; to go on with it, type: dispatch resume ${id}`,
      }),
    );
  });
});
