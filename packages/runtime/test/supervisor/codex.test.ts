import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';
import { says } from '../setup/codex-lines.ts';

let store: StoreInAFolder;

beforeEach(() => {
  store = new StoreInAFolder();
});
afterEach(() => store.remove());

/** Runs a script in codex's place; who asks for its version is this very process, which some scripts would kill. */
async function run(script: string, settings: Parameters<StoreInAFolder['run']>[1] = {}): Promise<string> {
  store.agent('cx', `[ "$*" = --version ] && exit 0\ncat >/dev/null\n${script}`, { type: 'codex' });
  const { task_id: id } = await store.run('', { backend: 'cx', ...settings });
  void store.superviseHere();
  return id;
}

describe('an agent with a transcript', () => {
  it('is completed by its own end of turn, and its session and usage are recorded', async () => {
    const id = await run(says('session', 'turn', 'message', 'completed'));
    expect(await store.becomes(id, 'completed')).toMatchObject({
      reason: 'turn_succeeded',
      session: { locator: { kind: 'id', value: '0199d0c2-0000-7000-8000-000000000001' }, established: true },
      usage: { input_tokens: 10, output_tokens: 2 },
    });
  });

  it('is not completed by its exit status alone', async () => {
    const id = await run(says('session', 'turn', 'message'));
    expect(await store.becomes(id, 'failed')).toMatchObject({
      reason: 'agent_error',
      attempts: [{ exit_code: 0 }],
    });
  });

  it('fails by its own words whatever its exit status', async () => {
    const id = await run(`${says('session', 'turn', 'failed')}\nexit 0`);
    expect(await store.becomes(id, 'failed')).toMatchObject({
      reason: 'quota',
      attempts: [{ outcome: 'failed' }],
    });
  });

  it('succeeded where it said so and was killed before its end was recorded', async () => {
    const id = await run(`${says('session', 'turn', 'message', 'completed')}\nkill -9 $PPID $$`);
    expect(await store.becomes(id, 'completed')).toMatchObject({
      attempts: [{ exit_code: null, outcome: 'succeeded' }],
    });
  });

  it('is resumed in the session that it named when it was cut off', async () => {
    const id = await run(`echo "$@" >>"$DISPATCH_TASK_DIR/output.md"
case "$*" in
*resume*) ${says('message', 'completed')} ;;
*) ${says('session', 'turn', 'message')}; kill -9 $PPID $$ ;;
esac`);
    const task = await store.becomes(id, 'completed');
    expect(task.attempts).toMatchObject([
      { outcome: 'interrupted' },
      { cause: 'interrupted', resumes_session: true },
    ]);
    expect(readFileSync(task.artifacts.output_file, 'utf8')).toContain(
      'resume 0199d0c2-0000-7000-8000-000000000001',
    );
  });

  it('is stopped as finished where it lingers after its end of turn', async () => {
    const id = await run(`${says('session', 'turn', 'message', 'completed')}\nexec sleep 600`);
    const task = await store.becomes(id, 'completed', 19);
    expect(task.attempts).toMatchObject([
      { stop: { why: 'finished' }, outcome: 'succeeded', status: 'completed' },
    ]);
  });

  it('stalls without a new line, but not while a tool is open', async () => {
    const open = await run(`${says('session', 'turn', 'toolStarted')}\nexec sleep 600`, {
      settings: { stall_timeout_seconds: 0.5 },
    });
    const idle = (await store.run('', { backend: 'cx2', ...stalling() })).task_id;
    expect(await store.becomes(idle, 'failed')).toMatchObject({
      reason: 'stalled',
      attempts: [{ outcome: 'stopped', stop: { why: 'stalled' } }],
    });
    expect(store.task(open)).toMatchObject({ status: 'running' });
    expect(store.processes(idle)).toEqual([]);
  });

  function stalling(): { settings: { stall_timeout_seconds: number } } {
    store.agent('cx2', `cat >/dev/null\n${says('session', 'turn', 'message')}\nexec sleep 600`, {
      type: 'codex',
    });
    return { settings: { stall_timeout_seconds: 0.5 } };
  }
});
