// `resume` goes on in the agent's own session, and is refused where it would harm.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  installAgents,
  livingProcesses,
  marked,
  processesWithMark,
  shell,
  silence,
  startModelServer,
  text,
  until,
  userTexts,
} from './harness/index.ts';
import type { SeenTask, Stage } from './harness/stage.ts';
import { bothAgents, setStage } from './harness/stage.ts';

let model: ModelServer;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    twice: [
      shell('echo first > first.txt'),
      text('The first part is done.'),
      shell('echo second > second.txt; echo at-work; sleep 2'),
      text('The second part, too.'),
    ],
    sleeps: [
      shell('echo slept > begun.txt; sleep 300', { saying: 'I begin.' }),
      shell('echo woken > woken.txt'),
      text('Done after all.'),
    ],
    short: [text('Done.')],
    holds: [silence({ then: text('Released.') })],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

/** Every file below a folder with the hash of what it holds. */
function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  const hash = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  return Object.fromEntries(files.map((name) => [name, hash(name)]));
}

/** Nothing runs any more that could write. */
async function quiet(stage: Stage): Promise<void> {
  await until(
    () => !livingProcesses().some(({ env, cwd }) => env.HOME === stage.home.home || cwd === stage.root),
    { what: 'agent and supervisor have left' },
  );
}

describe.each(bothAgents)('$agent', ({ agent }) => {
  test('goes on in the same native session, with the flags of the first attempt', async () => {
    const stage = await setStage(model, agent);
    const own =
      agent === 'codex' ? ['-c', 'hide_agent_reasoning=true'] : ['--exclude-dynamic-system-prompt-sections'];
    const id = await stage.run('--prompt', `Do it. ${marked('twice', agent)}`, '--', ...own);
    await stage.get(['wait', id]);
    const before = await stage.status(id);
    expect(before.session).toMatchObject({ established: true, locator: { kind: 'id' } });

    const resumed = await stage.get<{ created: boolean; task: SeenTask }>([
      'resume',
      id,
      '--message',
      'Go on.',
    ]);
    expect(resumed).toMatchObject({ created: false, task: { id, status: 'running' } });
    const agents = await until(
      () => {
        const found = processesWithMark(id).filter(({ argv }) => argv.some((one) => one.endsWith(own[0]!)));
        return found.length > 0 && found;
      },
      { what: 'the agent runs', everyMs: 5 },
    );
    const argv = agents[0]!.argv.join(' ');
    expect(argv).toContain(own.join(' '));
    expect(argv).toContain(before.session!.locator.value);
    expect(argv).toContain(agent === 'codex' ? '-s workspace-write' : '--permission-mode acceptEdits');
    await stage.get(['wait', id]);

    const task = await stage.status(id);
    expect(task).toMatchObject({
      status: 'completed',
      session: before.session,
      attempts: [
        { attempt: 0, cause: 'run', resumes_session: false },
        { attempt: 1, cause: 'resume', resumes_session: true, automatic: false },
      ],
    });
    expect(readFileSync(join(stage.repo, 'second.txt'), 'utf8')).toBe('second\n');
    const requests = model.requestsOf(`twice ${agent}`);
    expect(requests.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
    expect(new Set(requests.map(({ session }) => session))).toEqual(new Set([task.session!.locator.value]));
    const typed = userTexts(requests[3]!);
    expect(typed).toHaveLength(2);
    expect(typed[0]).toContain('Do it.');
    expect(typed[1]).toContain('Go on.');
    expect(requests[3]!.messages.map(({ text: words }) => words)).toContain('The first part is done.');
  });

  test('goes on after a cancel, and says that the work was stopped', async () => {
    const stage = await setStage(model, agent);
    const id = await stage.run('--prompt', `Sleep. ${marked('sleeps', agent)}`);
    await until(() => existsSync(join(stage.repo, 'begun.txt')), { what: 'the tool sleeps' });
    expect(await stage.ask('resume', id, '--message', 'Faster.')).toMatchObject({
      exitCode: 4,
      error: { code: 'attempt_alive', hint: expect.stringContaining(`dispatch wait ${id}`) },
    });
    expect((await stage.status(id)).attempts).toHaveLength(1);
    expect(readdirSync(join(stage.root, 'tasks', id, 'messages'))).toEqual([]);

    const cancelled = await stage.get<{ confirmed: boolean; status: string }>(['cancel', id]);
    expect(cancelled).toMatchObject({ confirmed: true, status: 'cancelled' });
    await stage.get(['wait', id], 22);
    await stage.get(['resume', id, '--message', 'Once more.']);
    await stage.get(['wait', id]);
    expect(await stage.status(id)).toMatchObject({
      status: 'completed',
      attempts: [{ status: 'cancelled' }, { status: 'completed', resumes_session: true }],
    });
    const last = model.requestsOf(`sleeps ${agent}`).at(-1)!;
    expect(last.step).toBe(2);
    expect(last.messages.map(({ text: words }) => words)).toContain('I begin.');
    expect(userTexts(last).at(-1)).toMatch(/stopped by the user[^]*Once more\./);
  });

  test('a finished task needs a message', async () => {
    const stage = await setStage(model, agent);
    const id = await stage.run('--prompt', marked('short', agent));
    await stage.get(['wait', id]);
    expect(await stage.ask('resume', id)).toMatchObject({ exitCode: 4, error: { code: 'message_missing' } });
    expect(await stage.ask('resume', id, '--message', ' ')).toMatchObject({ exitCode: 2 });
    expect(await stage.ask('resume', 'zzzzzzzz', '--message', 'x')).toMatchObject({
      exitCode: 3,
      error: { code: 'task_not_found' },
    });
  });

  test('two resumes at once start one attempt', async () => {
    const stage = await setStage(model, agent);
    const id = await stage.run('--prompt', marked('short', `${agent}-two`));
    await stage.get(['wait', id]);
    const gate = marked('holds', `${agent}-two`);
    const tries = await Promise.all(
      [1, 2, 3].map((number) => stage.ask('resume', id, '--message', `I am ${number}. ${gate}`)),
    );
    expect(tries.map(({ exitCode }) => exitCode).sort()).toEqual([0, 4, 4]);
    for (const { error } of tries) if (error) expect(error.code).toBe('attempt_alive');
    await model.waitForRequest(({ marker }) => marker?.script === 'holds' && marker.tag === `${agent}-two`);
    const { attempts } = await stage.status(id);
    expect(attempts).toHaveLength(2);
    expect(readdirSync(join(stage.root, 'tasks', id, 'messages'))).toHaveLength(1);
    expect(model.turns(`holds ${agent}-two`)).toEqual([1]);
  });
});

test.skipIf(process.getuid?.() !== 0)(
  'claude as root is refused the mode danger, and nothing is written',
  async () => {
    const stage = await setStage(model, 'claude');
    const id = await stage.run('--prompt', marked('short', 'danger'));
    await stage.get(['wait', id]);
    await quiet(stage);
    const before = [contents(stage.root), contents(join(stage.home.home, '.dispatch'))];
    const refused = {
      exitCode: 4,
      error: { code: 'danger_refused_as_root', hint: expect.stringContaining('IS_SANDBOX=1') },
    };
    expect(await stage.ask('resume', id, '--message', 'Go.', '--execution-mode', 'danger')).toMatchObject(
      refused,
    );
    const run = ['run', '--backend', 'claude', '--prompt', 'Go.', '--execution-mode', 'danger'];
    expect(await stage.ask(...run)).toMatchObject(refused);
    await quiet(stage);
    expect([contents(stage.root), contents(join(stage.home.home, '.dispatch'))]).toEqual(before);
    expect(await stage.get<unknown[]>(['list'])).toHaveLength(1);

    const allowed = await setStage(model, 'claude', { env: { IS_SANDBOX: '1' } });
    const other = await allowed.run('--prompt', marked('short', 'sandbox'), '--execution-mode', 'danger');
    await allowed.get(['wait', other]);
    expect(await allowed.status(other)).toMatchObject({ status: 'completed', execution_mode: 'danger' });
  },
);
