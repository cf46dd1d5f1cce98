// What a host or a person reads of a task: its journal after a position, its transcript, the agent's raw output.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelServer } from './harness/index.ts';
import {
  cleanUpAfterEach,
  installAgents,
  marked,
  shell,
  signal,
  silence,
  startModelServer,
  text,
  until,
} from './harness/index.ts';
import type { Stage } from './harness/stage.ts';
import { bothAgents, setStage } from './harness/stage.ts';

let model: ModelServer;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer();
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

interface SeenEvent {
  sequence: number;
  kind: string;
  position: string;
  timestamp: string;
}
interface Step {
  type: string;
  at: string;
  text?: string;
}
interface Logs {
  attempt: number;
  stdout_path: string;
  transcript: Step[];
  position: string | null;
}

describe.each(bothAgents)('$agent', ({ agent }) => {
  /** A task that has run a tool and now waits for its gate. */
  async function held(gate: string): Promise<{ stage: Stage; id: string; release(): void }> {
    const stage = await setStage(model, agent);
    const script = `${gate}-${agent}`;
    model.script(script, [
      shell('echo from-the-tool', { saying: 'I look.' }),
      silence({ gate: script, then: text('All seen.') }),
      text('And more.'),
    ]);
    const id = await stage.run('--prompt', marked(script));
    await model.waitForRequest(({ marker, step }) => marker?.script === script && step === 1);
    return { stage, id, release: () => model.release(script) };
  }
  const lines = (stdout: string) =>
    stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown);

  test('events after a position, and as they come', async () => {
    const { stage, id, release } = await held('events');
    const early = await stage.get<SeenEvent[]>(['events', id]);
    expect(early.map(({ sequence }) => sequence)).toEqual(early.map((_, at) => at + 1));
    expect(early.slice(0, 2).map(({ kind }) => kind)).toEqual(['created', 'attempt_started']);
    const from = early[1]!.position;

    const following = stage.begin(['--json', 'events', id, '--follow', '--after', from]);
    await until(() => following.printed().stdout.includes('attempt_claimed'), { what: 'it follows' });
    release();
    const ended = await following.ended;
    expect(ended.exitCode).toBe(0);
    const followed = lines(ended.stdout) as (SeenEvent & { ok?: boolean; data?: { position: string } })[];
    const last = followed.pop()!;
    const all = await stage.get<SeenEvent[]>(['events', id]);
    expect(followed).toEqual(all.slice(2, 2 + followed.length));
    expect(followed.map(({ kind }) => kind)).toContain('attempt_ended');
    expect(last).toMatchObject({ ok: true, data: { position: followed.at(-1)!.position } });
    const rest = await stage.get<SeenEvent[]>(['events', id, '--after', last.data!.position]);
    expect([...followed, ...rest]).toEqual(all.slice(2));
    expect(await stage.get(['events', id, '--after', all.at(-1)!.position])).toEqual([]);
    for (const command of ['events', 'inspect']) {
      const { stdout } = await stage.type([command, id]);
      const printed = /^position (\S+)$/m.exec(stdout)?.[1];
      expect(printed).toBe(all.at(-1)!.position);
      expect(await stage.get(['events', id, '--after', printed!])).toEqual([]);
    }
    expect(
      (await stage.get<{ recent_events: SeenEvent[] }>(['inspect', id, '--event-limit', '3'])).recent_events,
    ).toEqual(all.slice(-3));

    const sequence = from.split(':')[0]!;
    for (const unknown of ['99:abcdefabcdef', `${sequence}:abcdefabcdef`, 'yesterday']) {
      const refused = await stage.ask('events', id, '--after', unknown);
      expect(refused, unknown).toMatchObject({ exitCode: 2, error: { code: 'position_unknown' } });
    }
    const people = (await stage.type(['events', id])).stdout.trimEnd().split('\n');
    expect(people).toHaveLength(all.length + 1);
    expect(people[1]).toMatch(/attempt_started/);
  });

  test('logs: the transcript, as it grows, raw, and of each attempt', async () => {
    const { stage, id, release } = await held('logs');
    const following = stage.begin(['--json', 'logs', id, '--follow']);
    const raw = stage.begin(['logs', id, '--follow', '--raw']);
    const watching = stage.begin(['logs', id, '--follow']);
    await until(() => watching.printed().stdout.includes('from-the-tool'), { what: 'the tool is shown' });
    expect(watching.child.exitCode).toBe(null);
    release();
    const [followed, bytes, watched] = await Promise.all([following.ended, raw.ended, watching.ended]);
    expect([followed.exitCode, bytes.exitCode, watched.exitCode]).toEqual([0, 0, 0]);
    expect(watched.stdout).toMatch(/I look\.[^]*from-the-tool[^]*All seen\./);

    await stage.get(['wait', id]);
    const logs = await stage.get<Logs>(['logs', id]);
    expect(logs.attempt).toBe(0);
    const steps = lines(followed.stdout) as Step[];
    expect(steps.slice(0, -1)).toEqual(logs.transcript);
    expect(steps.at(-1)).toMatchObject({ ok: true, data: { position: logs.position } });
    expect(logs.transcript.filter(({ type }) => type === 'text').map((step) => step.text)).toEqual([
      'I look.',
      'All seen.',
    ]);
    const log = readFileSync(logs.stdout_path, 'utf8');
    expect(bytes.stdout).toBe(log);
    expect((await stage.type(['logs', id, '--raw'])).stdout).toBe(log);
    for (const { at } of logs.transcript) expect(at).toMatch(/^0:\d+$/);

    await stage.get(['resume', id, '--message', 'More.']);
    await stage.get(['wait', id]);
    const later = await stage.get<Logs>(['logs', id]);
    expect(later.attempt).toBe(1);
    expect(later.transcript.filter(({ type }) => type === 'text').map((step) => step.text)).toEqual([
      'And more.',
    ]);
    expect(await stage.get(['logs', id, '--attempt', '0'])).toEqual(logs);
    expect((await stage.type(['logs', id, '--attempt', '0', '--raw'])).stdout).toBe(log);
    expect(readFileSync(logs.stdout_path, 'utf8')).toBe(log);
    const none = await stage.ask('logs', id, '--attempt', '7');
    expect(none).toMatchObject({ exitCode: 3, error: { code: 'attempt_not_found' } });
    expect(await stage.ask('logs', id, '--raw')).toMatchObject({
      exitCode: 2,
      error: { code: 'raw_and_json' },
    });
  });

  test('Ctrl-C ends what follows, never the task', async () => {
    const { stage, id, release } = await held('stop');
    const following = [
      ['logs', id, '--follow'],
      ['logs', id, '--follow', '--raw'],
      ['events', id, '--follow'],
    ].map((args) => stage.begin(args));
    await until(() => following.every(({ printed }) => printed().stdout !== ''), {
      what: 'all of them follow',
    });
    for (const { pid } of following) signal(pid, 'SIGINT');
    for (const { ended } of following) expect((await ended).exitCode).toBe(130);
    expect(await stage.status(id)).toMatchObject({ status: 'running', attempt_alive: true });
    release();
    await stage.get(['wait', id]);
  });
});
