// What each command prints with --json: docs/examples, which `DISPATCH_WRITE=1` makes anew and the pages of commands show.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  cleanUpAfterEach,
  dispatch,
  installAgents,
  marked,
  runAgent,
  shell,
  startModelServer,
  text,
  until,
  type ModelServer,
} from '../harness/index.ts';
import { askCommandIn, setStage, type SeenTask, type Stage } from '../harness/stage.ts';
import { Normal } from './normal.ts';

const folder = join(import.meta.dirname, '../../docs/examples');
const writes = process.env['DISPATCH_WRITE'] === '1';
let model: ModelServer;

beforeAll(async () => {
  await installAgents();
  model = await startModelServer({
    button: [
      // By then the model has taken part, and that is journalled.
      shell('sleep 1'),
      ({ conversation }) => shell(`${askCommandIn(conversation)} 'Which colour?'`),
      text('The button is blue.'),
      text('The label fits.'),
    ],
    another: [text('A link would do as well.')],
    long: [shell('sleep 300')],
    late: [text('Done.')],
    hand: [text('I have looked.')],
  });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

/** Types commands, and keeps what the first of each name printed. */
class Recorder {
  readonly made = new Map<string, string>();
  readonly #stage: Stage;
  readonly #normal: Normal;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#normal = new Normal(stage);
  }

  async type<T>(name: string, args: string[], { exit = 0, env = {} } = {}): Promise<T> {
    const words = [...name.split(' '), ...args];
    const place = { cwd: this.#stage.repo, env: { ...this.#stage.home.env, ...env } };
    const ended = await dispatch(['--json', ...words], place);
    expect(ended.exitCode, ended.stdout).toBe(exit);
    // Of one that follows its lines stand before.
    const printed = JSON.parse(ended.stdout.slice(ended.stdout.lastIndexOf('\n{"ok":') + 1)) as { data: T };
    const command = ['dispatch', '--json', ...words.map(shellWord)].join(' ');
    const example = {
      command: this.#normal.text(command),
      exit_status: exit,
      prints: shortened(this.#normal.value(printed)),
    };
    if (!this.made.has(name))
      this.made.set(name, await format(JSON.stringify(example), { parser: 'json', printWidth: 110 }));
    return printed.data;
  }
}

function shellWord(word: string): string {
  return /^[\w@.,:/=-]+$/.test(word) ? word : `'${word}'`;
}

const longest = 160;

/** For people: of long texts the beginning, of lists the first two, of tasks inside of something else their state. */
function shortened(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.length > longest ? `${value.slice(0, longest)}…` : value;
  if (Array.isArray(value)) {
    const shown = value.filter((one) => !isOfThisMachine(one)).slice(0, 2);
    return [...shown.map((one) => shortened(one, depth + 1)), ...(value.length > 2 ? ['…'] : [])];
  }
  if (typeof value !== 'object' || value === null) return value;
  if ('artifacts' in value && depth > 1) {
    const { id, status, reason } = value as unknown as SeenTask;
    return { id, status, reason, '…': 'the rest of what `status` prints' };
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shortened(one, depth + 1)]));
}

/** Homes of tests lie in /tmp, of which doctor warns. */
function isOfThisMachine(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'what' in value && value.what === 'home_in_sandbox';
}

test('docs/examples are what the commands print', async () => {
  const stage = await setStage(model, 'codex');
  const recorder = new Recorder(stage);
  const type = recorder.type.bind(recorder);
  await configuration(type, stage);
  await oneTask(type, stage);
  await otherTasks(type, stage);
  await care(type, stage);

  if (writes) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [name, example] of recorder.made) writeFileSync(join(folder, fileOf(name)), example);
  }
  const kept = Object.fromEntries(
    readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );
  expect(
    Object.fromEntries([...recorder.made].map(([name, example]) => [fileOf(name), example])),
    'DISPATCH_WRITE=1 writes them anew',
  ).toEqual(kept);
  const { commands } = await stage.get<{ commands: { command: string }[] }>(['help']);
  const silent = ['enter'];
  expect([...recorder.made.keys()].sort()).toEqual(
    commands
      .map(({ command }) => command)
      .filter((command) => !silent.includes(command))
      .sort(),
  );
});

function fileOf(name: string): string {
  return `${name.replaceAll(' ', '-')}.json`;
}

type Type = Recorder['type'];

async function configuration(type: Type, { root }: Stage): Promise<void> {
  await type('init', []);
  await type('ready', []);
  await type('mcp', []);
  await type('backends', []);
  await type('config path', []);
  await type('config bootstrap', []);
  await type('config add-backend', ['mine', 'my-agent', '--arg=--headless']);
  await type('config add-model', ['small', '--backend', 'codex', '--scoped-model', 'gpt-5.4-mini']);
  await type('config add-alias', ['reviewer', '--model', 'small', '--prompt', 'Find risks.']);
  await type('config add-agent', ['auditor', '--model', 'reviewer', '--execution-mode', 'read_only']);
  await type('config set-default', ['codex-default']);
  await type('config show', ['--origin']);
  await type('config validate', []);
  await type('config remove-agent', ['auditor']);
  await type('config remove-alias', ['reviewer']);
  await type('config remove-model', ['small']);
  await type('config remove-backend', ['mine']);
  writeFileSync(join(root, 'config.yaml'), 'settings:\n  verify: npm test\n', { mode: 0o600 });
  await type('trust', []);
  await type('integrate', ['codex']);
  rmSync(join(root, 'config.yaml'));
}

async function oneTask(type: Type, stage: Stage): Promise<void> {
  const prompt = `Paint the button. ${marked('button', 'examples')}`;
  const { task_id: id } = await type<{ task_id: string }>('run', [
    ...['--backend', 'codex', '--prompt', prompt],
    ...['--key', 'button-1'],
  ]);
  await until(async () => (await stage.status(id)).reason === 'question', { what: 'a question' });
  await type('wait', [id, '--timeout', '20m'], { exit: 20 });
  await type('watch', ['--as', 'my-host', '--until', 'any', '--timeout', '9m']);
  await type('ack', [id, '--as', 'my-host']);
  await type('questions', []);
  await type('supervise', ['--status']);
  await type('inspect', [id, '--event-limit', '1']);
  await type('answer', [id, '--message', 'Blue, please.']);
  await stage.get(['wait', id]);
  await type('status', [id]);
  await type('result', [id]);
  await type('logs', [id]);
  await type('events', [id]);
  await type('resume', [id, '--message', 'Does the label fit?']);
  await stage.get(['wait', id]);
  await type('list', ['--limit', '1']);
  await type('ask', ['Which colour?', '--timeout', '1s'], {
    exit: 24,
    env: { DISPATCH_TASK_DIR: join(stage.root, 'tasks', id) },
  });
}

async function otherTasks(type: Type, stage: Stage): Promise<void> {
  const [first = ''] = await stage
    .get<{ task_id: string }[]>(['list'])
    .then((rows) => rows.map(({ task_id: id }) => id));
  const forked = await type<{ task_id: string }>('fork', [
    first,
    '--prompt',
    `Try a link. ${marked('another', 'examples')}`,
  ]);
  await stage.get(['wait', forked.task_id]);
  const long = await stage.run('--prompt', `Take your time. ${marked('long', 'examples')}`);
  await until(async () => (await stage.status(long)).session?.established === true, { what: 'work' });
  await type('cancel', [long]);
  const sandbox = { CODEX_SANDBOX: 'seatbelt' };
  const recorded = await dispatch(
    ['--json', 'run', '--backend', 'codex', '--prompt', `Later. ${marked('late', 'examples')}`],
    { cwd: stage.repo, env: { ...stage.home.env, ...sandbox } },
  );
  const { task_id: late } = recorded.json<{ data: { task_id: string } }>().data;
  await type('start', [late]);
  await stage.get(['wait', late]);
  const { events } = await runAgent('codex', ['exec', '-s', 'read-only', '--json', '-'], {
    cwd: stage.repo,
    env: stage.home.env,
    prompt: `Look around. ${marked('hand', 'examples')}`,
  });
  await type('adopt', ['--backend', 'codex', '--session', String(events[0]?.thread_id)]);
}

async function care(type: Type, stage: Stage): Promise<void> {
  const rows = await stage.get<{ task_id: string; status: string }[]>(['list']);
  const [{ task_id: id } = { task_id: '' }] = rows;
  const over = rows.filter(({ status }) => status !== 'awaiting_user').length;
  await until(
    async () => {
      const { tasks } = await stage.get<{ tasks: unknown[] }>(['prune', '--older-than', '1s', '--dry-run']);
      return tasks.length === over;
    },
    { what: 'all that are over to be a second old' },
  );
  await type('template', ['--kind', 'audit']);
  await type('prompt', ['dispatcher']);
  await type('prune', ['--older-than', '1s', '--dry-run']);
  await type('open', [id, '--print']);
  await type('export', [id, '--output', 'report.txt']);
  await type('doctor', []);
  await type('completion', ['bash']);
  await type('version', []);
  await type('help', ['wait']);
}
