// Each tool of `dispatch mcp` under the official SDK's own client: what it gives, and that it refuses as its command does.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  cleanUpAfterEach,
  dispatch,
  installAgents,
  marked,
  shell,
  startModelServer,
  text,
} from './harness/index.ts';
import type { ModelServer, ShownError } from './harness/index.ts';
import { withMcp, type McpSession } from './harness/mcp-client.ts';
import { askCommandIn, setStage, type SeenTask, type Stage } from './harness/stage.ts';

let model: ModelServer;
beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    button: [
      ({ conversation }) => shell(`${askCommandIn(conversation)} 'Which colour?'`),
      text('The button is blue.'),
      text('The label fits.'),
    ],
    long: [shell('echo begun; sleep 300'), text('Never.')],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

const placeOf = ({ repo, home }: Stage) => ({ cwd: repo, env: home.env });

interface Waited {
  tasks: SeenTask[];
  timed_out: boolean;
  note?: string;
}

/** What a tool gave; fails where it refused. */
async function given<T>(session: McpSession, name: string, input: object = {}): Promise<T> {
  const answer = await session.call<T>(name, input);
  if (!answer.ok) throw new Error(`${name} ${JSON.stringify(input)}: ${answer.text}`);
  return answer.data;
}

test.each([{ modern: false }, { modern: true }])(
  'every tool, by a client whose protocol is of 2026: $modern',
  async ({ modern }) => {
    const stage = await setStage(model, 'codex');
    await withMcp(
      placeOf(stage),
      async (session) => {
        const { tools } = await session.client.listTools();
        expect(await given(session, 'ready')).toMatchObject({ ready: true });

        const prompt = `Paint the button. ${marked('button', `tools-${modern}`)}`;
        const input = {
          prompt,
          backend: 'codex',
          key: 'button',
          workspace: stage.repo,
          stall_timeout: '20m',
        };
        const ran = await given<{ task_id: string; task: { settings: object } }>(session, 'run', input);
        const { task_id: id } = ran;
        expect(ran).toMatchObject({ created: true, status: 'running' });
        expect(ran.task.settings).toMatchObject({ stall_timeout_seconds: 1200 });
        expect(await given(session, 'run', input)).toMatchObject({ task_id: id, created: false });

        const asked = await given<Waited>(session, 'wait', { ids: [id] });
        expect(asked).toMatchObject({ timed_out: false, tasks: [{ id, reason: 'question' }] });
        expect(asked.note).toBeUndefined();
        expect(await given(session, 'questions', { id })).toMatchObject({
          tasks: [{ task_id: id, questions: [{ sequence: '001', question: 'Which colour?' }] }],
        });
        const answered = await given(session, 'answer', {
          id,
          message: '--blue, please',
          question: 1,
          resume: true,
        });
        expect(answered).toMatchObject({ answered: '001' });
        expect(await given<Waited>(session, 'wait', { ids: [id] })).toMatchObject({
          tasks: [{ id, status: 'completed' }],
        });
        expect(JSON.stringify(model.requestsOf('button').at(-1)?.messages)).toContain('--blue, please');
        expect(await given(session, 'result', { id })).toMatchObject({ last_message: 'The button is blue.' });
        const resumed = await given(session, 'resume', {
          id,
          message: 'Does the label fit?',
          execution_mode: null,
        });
        expect(resumed).toMatchObject({ task_id: id, status: 'running' });
        await given(session, 'wait', { ids: [id] });

        const { tasks } = await given<{ tasks: object[] }>(session, 'list', {
          status: 'completed',
          text: 'button',
        });
        expect(tasks).toEqual([expect.objectContaining({ task_id: id, status: 'completed' })]);
        const news = { unacknowledged: true, as: 'my-host' };
        const told = await given<{ tasks: { position: string }[] }>(session, 'list', news);
        const { position } = told.tasks[0]!;
        expect(await given(session, 'ack', { ids: [id], position, as: 'my-host' })).toMatchObject({
          tasks: [{ task_id: id, position }],
        });
        expect(await given(session, 'list', news)).toEqual({ tasks: [] });
        const inspected = await given<{ task: object; recent_events: object[] }>(session, 'inspect', {
          id,
          event_limit: 1,
        });
        expect(inspected).toMatchObject({ task: { id }, recent_events: [{ kind: 'attempt_ended' }] });

        const { events } = await given<{ events: { position: string }[] }>(session, 'events', {
          id,
          after: '0',
          limit: 3,
        });
        expect(events).toHaveLength(3);
        const rest = await given<{ events: object[] }>(session, 'events', { id, after: events[2]!.position });
        expect(rest.events[0]).toMatchObject({ sequence: 4 });
        const first = await given<{ transcript: object[]; position: string }>(session, 'logs', {
          id,
          limit: 1,
        });
        expect(JSON.stringify(first.transcript)).toContain('turn_end');
        const after = await given<{ transcript: object[] }>(session, 'logs', { id, after: first.position });
        expect(after.transcript).toEqual([]);

        const long = await given<{ task_id: string }>(session, 'run', {
          ...{ prompt: `Work. ${marked('long', `tools-${modern}`)}`, backend: 'codex' },
        });
        expect(await given(session, 'cancel', { id: long.task_id })).toMatchObject({
          ...{ task_id: long.task_id, confirmed: true },
        });
        // Each was called.
        expect(tools.map(({ name }) => name).sort()).toEqual([
          'ack',
          'answer',
          'cancel',
          'events',
          'inspect',
          'list',
          'logs',
          'questions',
          'ready',
          'result',
          'resume',
          'run',
          'wait',
        ]);
      },
      { modern },
    );
  },
);

/** Tool, input, and the same as it is typed; `ID` is a task that is completed. */
const wrong: [string, Record<string, unknown>, string[]][] = [
  ['run', {}, ['run']],
  ['run', { prompt: '' }, ['run', '--prompt=']],
  ['run', { prompt: '-' }, ['run', '--prompt', '-']],
  ['run', { prompt: 'x', mode: 'plna' }, ['run', '--prompt', 'x', '--mode', 'plna']],
  ['run', { prompt: 'x', execution_mode: 'yolo' }, ['run', '--prompt', 'x', '--execution-mode', 'yolo']],
  ['run', { prompt: 'x', backend: 'codx' }, ['run', '--prompt', 'x', '--backend', 'codx']],
  ['run', { prompt: 'x', workspace: 'gone' }, ['run', '--prompt', 'x', '--workspace', 'gone']],
  ['run', { prompt: 'x', attach: ['gone.png'] }, ['run', '--prompt', 'x', '--attach', 'gone.png']],
  ['run', { prompt: 'x', timeout: 0 }, ['run', '--prompt', 'x', '--timeout', '0']],
  ['run', { prompt: 'x', colour: 'red' }, ['run', '--prompt', 'x', '--colour', 'red']],
  ['run', { prompt: 'x', no_verify: 'yes' }, ['run', '--prompt', 'x', '--no-verify=yes']],
  ['run', { from: 'gone.md' }, ['run', '--from', 'gone.md']],
  [
    'run',
    { prompt: 'x', backend: ['codex', 'pi'] },
    ['run', '--prompt', 'x', '--backend=codex', '--backend=pi'],
  ],
  ['wait', {}, ['wait']],
  ['wait', { ids: ['nosuchtask'] }, ['wait', 'nosuchtask']],
  ['wait', { ids: ['ID'], timeout: 'soon' }, ['wait', 'ID', '--timeout', 'soon']],
  ['questions', { id: 'nosuchtask' }, ['questions', 'nosuchtask']],
  ['questions', { id: 'ID', everywhere: true }, ['questions', 'ID', '--everywhere']],
  ['answer', { id: 'ID' }, ['answer', 'ID']],
  ['answer', { id: 'ID', message: 'x' }, ['answer', 'ID', '--message', 'x']],
  [
    'answer',
    { id: 'ID', message: 'x', question: 'first' },
    ['answer', 'ID', '--message', 'x', '--question', 'first'],
  ],
  ['result', {}, ['result']],
  ['result', { id: 'abc' }, ['result', 'abc']],
  ['resume', { id: 'ID' }, ['resume', 'ID']],
  ['resume', { id: 'ID', backend: 'pi' }, ['resume', 'ID', '--backend', 'pi']],
  ['cancel', { id: 'nosuchtask' }, ['cancel', 'nosuchtask']],
  ['cancel', { id: 'ID', timeout: 'soon' }, ['cancel', 'ID', '--timeout', 'soon']],
  ['list', { limit: 'many' }, ['list', '--limit', 'many']],
  ['list', { status: 'done' }, ['list', '--status', 'done']],
  ['list', { since: 'yesterday' }, ['list', '--since', 'yesterday']],
  ['ack', { ids: ['ID'], as: 'My Host' }, ['ack', 'ID', '--as', 'My Host']],
  ['ack', { ids: ['ID'], position: '99:nonce' }, ['ack', 'ID', '--position', '99:nonce']],
  ['inspect', { id: '../../etc' }, ['inspect', '../../etc']],
  ['inspect', { id: 'ID', event_limit: -1 }, ['inspect', 'ID', '--event-limit=-1']],
  ['logs', { id: 'ID', attempt: 7 }, ['logs', 'ID', '--attempt', '7']],
  ['logs', { id: 'ID', after: 'x' }, ['logs', 'ID', '--after', 'x']],
  ['events', { id: 'ID', after: '99:nonce' }, ['events', 'ID', '--after', '99:nonce']],
  ['ready', { colour: 'red' }, ['ready', '--colour', 'red']],
];

test('what the CLI refuses, a tool refuses with the same code, message and hint', async () => {
  const stage = await setStage(model, 'codex');
  model.script('short', [text('Done.')]);
  const id = await stage.run('--prompt', `Do. ${marked('short', 'wrong')}`);
  await stage.get(['wait', id]);
  const place = placeOf(stage);
  await withMcp(place, async (session) => {
    const { tools } = await session.client.listTools();
    expect(new Set(wrong.map(([name]) => name))).toEqual(new Set(tools.map(({ name }) => name)));
    const replaced = (value: unknown): unknown =>
      value === 'ID' ? id : Array.isArray(value) ? value.map(replaced) : value;
    const byTool: Record<string, ShownError | undefined> = {};
    const typed: typeof byTool = {};
    // A tool has fewer options to choose from.
    const told = (error?: ShownError) =>
      error?.code === 'unknown_option' ? { ...error, hint: null } : error;
    for (const [name, input, args] of wrong) {
      const filled = Object.fromEntries(Object.entries(input).map(([key, value]) => [key, replaced(value)]));
      const key = `${name} ${JSON.stringify(input)}`;
      byTool[key] = told((await session.call(name, filled)).error);
      const ended = await dispatch(['--json', ...args.map((one) => replaced(one) as string)], {
        ...place,
        input: '',
      });
      typed[key] = told(ended.json<{ error: ShownError }>().error);
    }
    expect(byTool).toEqual(typed);
    expect(Object.values(typed).every((error) => error !== undefined && error.code !== 'internal')).toBe(
      true,
    );
  });
  expect(await stage.get<object[]>(['list'])).toHaveLength(1);
});

test('what cannot be typed, or means nothing to a host, is refused, and nothing is written', async () => {
  const stage = await setStage(model, 'codex');
  await withMcp(placeOf(stage), async (session) => {
    const codes: Record<string, string | undefined> = {};
    for (const input of [
      { prompt: { text: 'x' } },
      { prompt: 'x', foreground: true },
      { prompt: 'x', root: '/elsewhere' },
      { prompt: 'x', help: true },
      { prompt: 'x', '': 'y' },
      { prompt: 'x', 'a b': 'y' },
      { prompt: 'a\0b' },
      { prompt: 'x', args: ['a\0b'] },
      { prompt: 'x', attach: [{ path: 'y' }] },
    ])
      codes[JSON.stringify(input)] = (await session.call('run', input)).error?.code;
    expect(codes).toEqual({
      '{"prompt":{"text":"x"}}': 'invalid_value',
      '{"prompt":"x","foreground":true}': 'unknown_option',
      '{"prompt":"x","root":"/elsewhere"}': 'unknown_option',
      '{"prompt":"x","help":true}': 'unknown_option',
      '{"prompt":"x","":"y"}': 'unknown_option',
      '{"prompt":"x","a b":"y"}': 'unknown_option',
      '{"prompt":"a\\u0000b"}': 'invalid_value',
      '{"prompt":"x","args":["a\\u0000b"]}': 'invalid_value',
      '{"prompt":"x","attach":[{"path":"y"}]}': 'invalid_value',
    });
    await expect(session.client.callTool({ name: 'rnu', arguments: {} })).rejects.toThrow(
      'there is no tool "rnu"',
    );
    expect((await session.call('list')).error?.code).toBe('no_store');
  });
});
