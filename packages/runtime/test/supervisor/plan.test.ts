import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resumeTask } from '../../src/index.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';

let store: StoreInAFolder;

beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

/** Runs a worker's script on a plan; `$DISPATCH_TASK_DIR` is its working folder. */
async function runPlan(script: string, plan: string): Promise<string> {
  store.agent('agent', `cat >/dev/null; cd "$DISPATCH_TASK_DIR"\n${script}`, { args: ['{session_id}'] });
  const { task_id: id } = await store.run('', { task_mode: 'plan', plan });
  void store.superviseHere();
  return id;
}

const done = ': >mailbox/.done';

describe('a plan', () => {
  it('is completed with every item done and its marker', async () => {
    const id = await runPlan(`echo '- [x] one' >plan.md; ${done}`, '- [ ] one\n');
    expect(await store.becomes(id, 'completed')).toMatchObject({ reason: 'worker_marked_done' });
  });

  it('is continued once, in its session, and is then incomplete; a typed resume may be continued again', async () => {
    const id = await runPlan('echo run >>output.md', '- [ ] one\n- [ ] two\n');
    const task = await store.becomes(id, 'awaiting_user');
    expect(task).toMatchObject({ reason: 'plan_incomplete', detail: 'one' });
    expect(task.attempts).toMatchObject([
      { next: 'continue' },
      { cause: 'continue', automatic: true, resumes_session: true, next: null },
    ]);
    await resumeTask(store.dispatcher(), id, {
      message: null,
      execution_mode: null,
      task_mode: null,
      fresh: null,
    });
    await store.shows(
      id,
      'two more attempts',
      ({ attempts, status }) => attempts.length === 4 && status === 'awaiting_user',
    );
    expect(readFileSync(task.artifacts.output_file, 'utf8')).toBe('run\n'.repeat(4));
  });

  it('is not completed by every item alone', async () => {
    const id = await runPlan(':', '- [x] one\n');
    expect(await store.becomes(id, 'awaiting_user')).toMatchObject({
      reason: 'plan_incomplete',
      detail: 'no completion marker',
    });
  });

  it('is not completed by the marker of the attempt before', async () => {
    const id = await runPlan(`[ -e second ] || ${done}; : >second`, '- [ ] one\n');
    const task = await store.becomes(id, 'awaiting_user');
    expect(task).toMatchObject({ reason: 'plan_incomplete', attempts: [{}, { cause: 'continue' }] });
  });

  it('fails by an item that failed, and awaits the user for one that is blocked', async () => {
    const failed = await runPlan(':', '- [x] one\n- [!] two\n');
    expect(await store.becomes(failed, 'failed')).toMatchObject({
      reason: 'agent_error',
      detail: expect.stringContaining('two') as string,
    });
    const { task_id: blocked } = await store.run('', { task_mode: 'plan', plan: '- [?] which?\n' });
    expect(await store.becomes(blocked, 'awaiting_user')).toMatchObject({
      reason: 'plan_incomplete',
      detail: expect.stringContaining('which?') as string,
    });
  });
});
