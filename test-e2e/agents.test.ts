// The test of the test bed: the real agents, alone, do whole turns against the scripted model.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgentRun, FailureName, ModelServer, SandboxHome, Script } from './harness/index.ts';
import {
  cleanUpAfterEach,
  createSandboxHome,
  edit,
  failing,
  failure,
  hangUp,
  installAgents,
  killAll,
  makeRepo,
  marked,
  processesWithMark,
  read,
  runAgent,
  shell,
  silence,
  startModelServer,
  text,
  toolResults,
  trickle,
  until,
  userTexts,
  write,
} from './harness/index.ts';

let model: ModelServer;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer();
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

/** One agent: how a turn is begun and gone on with, and what its stream says at the end. */
interface Agent {
  name: 'claude' | 'codex';
  first(session: string): string[];
  next(session: string): string[];
  session(run: AgentRun): string;
  lastWords(run: AgentRun): string;
}

const claudeFlags = ['-p', '--output-format', 'stream-json', '--verbose', '--permission-mode', 'acceptEdits'];
const claude: Agent = {
  name: 'claude',
  first: (session) => [...claudeFlags, '--allowedTools', 'Bash', '--session-id', session],
  next: (session) => [...claudeFlags, '--allowedTools', 'Bash', '--resume', session],
  session: ({ events }) => String(events.at(-1)?.session_id),
  lastWords: ({ events }) => String(events.findLast(({ type }) => type === 'result')?.result),
};

const codexFlags = ['exec', '--json', '-s', 'workspace-write'];
const codex: Agent = {
  name: 'codex',
  first: () => [...codexFlags, '-'],
  next: (session) => [...codexFlags, 'resume', session, '-'],
  session: ({ events }) => String(events[0]?.thread_id),
  lastWords: ({ events }) => {
    const items = events.map(({ item }) => item as { type: string; text?: string } | undefined);
    return items.findLast((item) => item?.type === 'agent_message')?.text ?? '';
  },
};

describe.each([claude, codex])('$name', (agent) => {
  async function stage(scripts: Record<string, Script>): Promise<{ home: SandboxHome; repo: string }> {
    for (const [name, script] of Object.entries(scripts)) model.script(name, script);
    return {
      home: await createSandboxHome({ modelUrl: model.url }),
      repo: makeRepo({ 'a.txt': 'one\ntwo\n' }),
    };
  }

  test('does a turn with a tool, and its resumed session remembers it', async () => {
    const { home, repo } = await stage({
      greet: [
        shell('echo from-the-tool | tee out.txt', { saying: 'I look.', thinking: 'Hm.' }),
        text('All done.'),
        text('And more.'),
      ],
    });
    const marker = `greet ${agent.name}-${randomUUID()}`;
    const prompt = `-Do it. [[script:${marker}]]\n`;
    const start = { cwd: repo, env: home.env };
    const first = await runAgent(agent.name, agent.first(randomUUID()), { ...start, prompt });
    expect(first).toMatchObject({ exitCode: 0 });
    expect(agent.lastWords(first)).toBe('All done.');
    expect(readFileSync(join(repo, 'out.txt'), 'utf8')).toBe('from-the-tool\n');
    expect(model.turns(marker)).toEqual([1, 1]);

    const session = agent.session(first);
    const second = await runAgent(agent.name, agent.next(session), { ...start, prompt: 'Go on.' });
    expect(second).toMatchObject({ exitCode: 0 });
    expect(agent.lastWords(second)).toBe('And more.');
    expect(agent.session(second)).toBe(session);
    expect(model.turns(marker)).toEqual([1, 1, 1]);

    const requests = model.requestsOf(marker);
    expect(requests.map((request) => [request.agent, request.session, request.outcome])).toEqual(
      Array(3).fill([agent.name, session, 'answered']),
    );
    const last = requests[2]!;
    expect(last.cwd).toBe(repo);
    expect(userTexts(last).map((words) => words.trim())).toEqual([prompt.trim(), 'Go on.']);
    expect(toolResults(last).join()).toContain('from-the-tool');
    expect(last.messages.filter(({ role }) => role === 'assistant').map((message) => message.text)).toEqual([
      'I look.',
      'All done.',
    ]);
  }, 60_000);

  test('writes and edits files with its own tools', async () => {
    const { home, repo } = await stage({
      files: [write('new/b.txt', 'b\n'), read('a.txt'), edit('a.txt', 'two', 'zwei'), text('Written.')],
    });
    const prompt = `Write. ${marked('files')}`;
    const run = await runAgent(agent.name, agent.first(randomUUID()), { cwd: repo, env: home.env, prompt });
    expect(agent.lastWords(run)).toBe('Written.');
    expect(readFileSync(join(repo, 'new/b.txt'), 'utf8')).toBe('b\n');
    expect(readFileSync(join(repo, 'a.txt'), 'utf8')).toBe('one\nzwei\n');
  }, 60_000);

  test('hears a trickle whole, and overcomes a fault by a retry', async () => {
    const { home, repo } = await stage({
      slow: [trickle('Slowly, but whole.', { everyMs: 5 })],
      flaky: [failing(1, hangUp({ after: 'Half an ans' }), text('Whole.'))],
    });
    for (const [script, words] of [['slow', 'Slowly, but whole.'] as const, ['flaky', 'Whole.'] as const]) {
      const tag = randomUUID();
      const prompt = `Speak. ${marked(script, tag)}`;
      const run = await runAgent(agent.name, agent.first(randomUUID()), { cwd: repo, env: home.env, prompt });
      expect(agent.lastWords(run)).toBe(words);
      expect(model.turns(`${script} ${tag}`)).toEqual([script === 'slow' ? 1 : 2]);
    }
  }, 60_000);

  test('is kept waiting until it is released, with the mark in the environment of its tools', async () => {
    const { home, repo } = await stage({
      wait: [shell('echo started > started.txt; sleep 300'), text('Never said.')],
      hold: [silence({ gate: `hold-${agent.name}`, then: text('At last.') })],
    });
    const tag = randomUUID();
    const held = runAgent(agent.name, agent.first(randomUUID()), {
      cwd: repo,
      env: home.env,
      prompt: `Hold. ${marked('hold', tag)}`,
    });
    const request = await model.waitForRequest(({ marker }) => marker?.tag === tag);
    expect(request).toMatchObject({ agent: agent.name, kind: 'silence', outcome: 'pending' });
    model.release(`hold-${agent.name}`);
    expect(agent.lastWords(await held)).toBe('At last.');

    const task = randomUUID();
    const working = runAgent(agent.name, agent.first(randomUUID()), {
      cwd: repo,
      env: { ...home.env, DISPATCH_ATTEMPT: `${task}:1` },
      prompt: `Wait. ${marked('wait')}`,
    });
    await until(() => processesWithMark(task).some(({ argv }) => argv.join(' ') === 'sleep 300'), {
      what: 'the tool runs, with the mark',
    });
    expect(readFileSync(join(repo, 'started.txt'), 'utf8')).toBe('started\n');
    await killAll(({ env }) => env.DISPATCH_ATTEMPT === `${task}:1`);
    expect((await working).signal).toBe('SIGKILL');
    await until(() => processesWithMark(task).length === 0, { what: 'nothing with the mark lives' });
  }, 60_000);

  test('asks for the same step again when it is resumed after a kill before the first word', async () => {
    const { home, repo } = await stage({
      dies: [({ servedBefore }) => (servedBefore === 0 ? silence({ gate: 'never' }) : text('Alive again.'))],
    });
    const tag = randomUUID();
    const session = randomUUID();
    const env = { ...home.env, DISPATCH_ATTEMPT: `${tag}:1` };
    const dying = runAgent(agent.name, agent.first(session), { cwd: repo, env, prompt: marked('dies', tag) });
    const request = await model.waitForRequest(({ marker }) => marker?.tag === tag);
    // claude 2.1.328 asks the model before it keeps the prompt; killed in between, it knows no such session.
    const kept = () =>
      spawnSync('grep', ['-rqF', marked('dies', tag), join(home.home, `.${agent.name}`)]).status === 0;
    await until(kept, { what: 'the session is on disk' });
    await killAll((one) => one.env.DISPATCH_ATTEMPT === `${tag}:1`);
    expect((await dying).signal).toBe('SIGKILL');
    await until(() => processesWithMark(tag).length === 0, { what: 'nothing with the mark lives' });

    const run = await runAgent(agent.name, agent.next(request.session), { cwd: repo, env, prompt: 'Go on.' });
    expect(agent.lastWords(run)).toBe('Alive again.');
    expect(model.turns(`dies ${tag}`)).toEqual([2]);
    expect(model.requests().find(({ number }) => number === request.number)?.outcome).toBe('left');
  }, 60_000);

  const failures: [FailureName, RegExp][] = [
    ['unauthorized', /invalid x-api-key|authentication_failed/],
    ['rate_limited', /429/],
    ['overloaded', agent.name === 'claude' ? /"error_status":529|529/ : /at capacity/],
    ['server_error', agent.name === 'claude' ? /server_error/ : /high demand|500/],
    ['context_too_long', agent.name === 'claude' ? /prompt_too_long/ : /ran out of room/],
    ['quota', agent.name === 'claude' ? /Credit balance is too low/ : /Quota exceeded/],
    ['usage_limit', agent.name === 'claude' ? /rate_limit/ : /hit your usage limit/],
    ['unknown_model', agent.name === 'claude' ? /model_not_found/ : /does not exist/],
  ];
  test.each(failures)(
    'fails of %s as it does at the real provider',
    async (name, message) => {
      const { home, repo } = await stage({ [name]: [failure(name)] });
      const prompt = `Fail. ${marked(name)}`;
      const run = await runAgent(agent.name, agent.first(randomUUID()), { cwd: repo, env: home.env, prompt });
      expect(run.exitCode).toBe(1);
      expect(JSON.stringify(run.events)).toMatch(message);
    },
    60_000,
  );
});
