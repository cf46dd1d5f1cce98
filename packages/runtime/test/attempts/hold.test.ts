import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdSession } from '../../src/attempts/hold.ts';
import { resumeTask } from '../../src/index.ts';
import { otherMachine } from '../setup/other-machine.ts';
import { StoreInAFolder } from '../setup/store-in-a-folder.ts';
import { until } from '../setup/until.ts';

let first: StoreInAFolder;
let second: StoreInAFolder;

beforeEach(() => {
  first = new StoreInAFolder();
  second = new StoreInAFolder();
});
afterEach(async () => {
  await first.remove();
  await second.remove();
});

const locator = { kind: 'id', value: 'one-session' } as const;

/** Holds the session for a running task of the first root, and tries it for another of the second. Both have one home. */
async function held(): Promise<{ id: string; tryIt: (machine?: ReturnType<typeof otherMachine>) => void }> {
  const { task_id: id } = await first.run('sleep 600');
  await until('the claim', () => first.processes(id).length > 0);
  const { attempt_nonce } = first.task(id).attempts[0]!;
  holdSession(first.dispatcher(), 'generic', locator, {
    task_id: id,
    attempt: 0,
    attempt_nonce,
    root: first.root,
  });
  const { task_id: other } = await second.run('sleep 600');
  const tryIt = (machine = first.machine): void =>
    holdSession({ ...second.dispatcher({ machine }), home: first.dispatcher().home }, 'generic', locator, {
      task_id: other,
      attempt: 0,
      attempt_nonce: 'mine',
      root: second.root,
    });
  return { id, tryIt };
}

describe('a native session', () => {
  it('that a living attempt of another root uses is taken', async () => {
    const { id, tryIt } = await held();
    expect(() => tryIt()).toThrow(
      expect.objectContaining({
        code: 'session_taken',
        message: expect.stringContaining(id) as string,
      }) as Error,
    );
    expect(() => tryIt()).toThrow(/is used by attempt 0/);
  });

  it('is taken over from an attempt that ended, journalled or not', async () => {
    const { id, tryIt } = await held();
    for (const { pid } of first.processes(id)) process.kill(pid, 'SIGKILL');
    await until('its end', () => first.processes(id).length === 0);
    await until('the session to be free', () => {
      try {
        tryIt();
        return true;
      } catch {
        return false;
      }
    });
    expect(first.task(id).status).toBe('running');
  });

  it('stays taken where the attempt that uses it cannot be judged', async () => {
    const { tryIt } = await held();
    expect(() => tryIt(otherMachine({ host: 'ffff:elsewhere' }))).toThrow(/session_taken|is used by/);
  });

  it('may be held again by its own task', async () => {
    const { id } = await held();
    const holder = { task_id: id, attempt: 1, attempt_nonce: 'next', root: first.root };
    expect(() => holdSession(first.dispatcher(), 'generic', locator, holder)).not.toThrow();
  });

  it('is refused to a typed resume while it is taken, and nothing of that is recorded', async () => {
    first.agent('agent', 'exit 0', { args: ['{session_id}'] });
    const { task_id: id } = await first.run('');
    await first.carriesOut(id);
    const { locator: own } = first.task(id).session!;
    const { task_id: thief } = await second.run('sleep 600');
    await until('the claim', () => second.processes(thief).length > 0);
    const { attempt_nonce } = second.task(thief).attempts[0]!;
    holdSession({ ...second.dispatcher(), home: first.dispatcher().home }, 'generic', own, {
      task_id: thief,
      attempt: 0,
      attempt_nonce,
      root: second.root,
    });
    const before = first.events(id).length;
    await expect(
      resumeTask(first.dispatcher(), id, {
        message: 'go on',
        execution_mode: null,
        task_mode: null,
        fresh: null,
      }),
    ).rejects.toMatchObject({ code: 'session_taken' });
    expect(first.events(id)).toHaveLength(before);
    expect(first.task(id).status).toBe('completed');
  });
});
