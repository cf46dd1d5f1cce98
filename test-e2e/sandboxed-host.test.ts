// A codex that itself calls dispatch, inside its own sandbox: what is asked for there is recorded, and nothing more.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelServer, Reply, Stage } from './harness/index.ts';
import {
  cleanUpAfterEach,
  createSandboxHome,
  dataOf,
  dispatchProgram,
  errorOf,
  installAgents,
  livingProcesses,
  makeRepo,
  marked,
  runAgent,
  shell,
  stageIn,
  startModelServer,
  temporaryFolder,
  text,
  treeOf,
  until,
} from './harness/index.ts';

let model: ModelServer;
beforeAll(async () => {
  await installAgents();
  model = await startModelServer({ inner: [shell('echo made > made.txt'), text('Made it.'), text('More.')] });
}, 300_000);
afterAll(() => model.close());
cleanUpAfterEach();

/** A folder that codex's workspace-write sandbox does not let its tools write: neither /tmp nor the workspace. */
function outsideOfTmp(): string {
  const before = process.env.DISPATCH_TEST_TMP;
  process.env.DISPATCH_TEST_TMP = join(homedir(), '.cache');
  mkdirSync(process.env.DISPATCH_TEST_TMP, { recursive: true });
  try {
    return temporaryFolder('elsewhere');
  } finally {
    if (before === undefined) delete process.env.DISPATCH_TEST_TMP;
    else process.env.DISPATCH_TEST_TMP = before;
  }
}

let hosts = 0;

/** What each command printed and ended with when codex typed it in its shell tool, in this order. */
async function typedInCodex(
  stage: Stage,
  commands: string[][],
  { network }: { network: boolean },
): Promise<{ exit: number; document: { ok: boolean; data: Reply } }[]> {
  const tag = `host-${(hosts += 1)}`;
  const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  const script = commands
    .map(
      (args, index) =>
        `${[process.execPath, dispatchProgram, ...args, '--json'].map(quoted).join(' ')} >said-${index} 2>err-${index}; echo $? >exit-${index}`,
    )
    .join('\n');
  writeFileSync(join(stage.cwd, `${tag}.sh`), `PATH=${stage.home.env.PATH}\nexport PATH\n${script}\n`);
  model.script(tag, [shell(`sh ${tag}.sh`), text('Typed.')]);
  const flags = network ? ['-c', 'sandbox_workspace_write.network_access=true'] : [];
  const host = await runAgent('codex', ['exec', '--json', '-s', 'workspace-write', ...flags, '-'], {
    cwd: stage.cwd,
    env: stage.home.env,
    prompt: `Go. ${marked(tag)}`,
  });
  expect(host.exitCode, host.stderr).toBe(0);
  const read = (name: string) => readFileSync(join(stage.cwd, name), 'utf8');
  return commands.map((_, index) => {
    const said = read(`said-${index}`);
    if (said === '') throw new Error(`${commands[index]!.join(' ')} said nothing: ${read(`err-${index}`)}`);
    return {
      exit: Number(read(`exit-${index}`)),
      document: JSON.parse(said) as { ok: boolean; data: Reply },
    };
  });
}

const supervisors = (stage: Stage) =>
  livingProcesses().filter(({ argv }) => argv.includes('supervise') && argv.includes(stage.root));

describe.each([
  { network: false, home: 'below /tmp' },
  { network: false, home: 'elsewhere' },
  { network: true, home: 'below /tmp' },
  { network: true, home: 'elsewhere' },
])('network $network, DISPATCH_HOME $home', ({ network, home }) => {
  async function stageOf(): Promise<Stage> {
    const folder = home === 'elsewhere' ? outsideOfTmp() : temporaryFolder('below');
    const sandbox = await createSandboxHome({ modelUrl: model.url, env: { DISPATCH_HOME: folder } });
    return stageIn(sandbox, makeRepo());
  }

  test('run is recorded, nothing is launched, and start outside does the rest', async () => {
    const stage = await stageOf();
    const dispatchHome = stage.home.env.DISPATCH_HOME!;
    const tag = `inner-${network}-${home.length}`;
    const prompt = `Make it. ${marked('inner', tag)}`;
    const [ran, again, listed] = await typedInCodex(
      stage,
      [
        ['run', '--backend', 'codex', '--prompt', prompt],
        ['run', '--backend', 'codex', '--prompt', 'Keyed', '--key', 'k'],
        ['list'],
      ],
      { network },
    );
    const { data } = ran!.document;
    expect(ran).toMatchObject({
      exit: 0,
      document: { ok: true, data: { status: 'pending', created: true } },
    });
    expect(data.task).toMatchObject({ reason: 'sandboxed_host', attempts: [] });
    expect(data.sandbox).toMatch(network ? /pid namespace/ : /CODEX_SANDBOX/);
    expect(data.start_hint).toBe(`dispatch --root ${stage.root} start ${data.task_id}`);
    expect(again!.document.data).toMatchObject({ created: true, status: 'pending' });
    expect(listed!.exit).toBe(0);
    expect(supervisors(stage)).toEqual([]);
    expect(readdirSync(join(stage.root, 'supervisor/lease'))).toEqual([]);
    expect(treeOf(dispatchHome)).toEqual({});
    expect(model.turns(`inner ${tag}`)).toEqual([]);

    // Nobody outside starts it by itself, either.
    expect(dataOf(await stage.type(['inspect', data.task_id])).task).toMatchObject({
      status: 'pending',
      reason: 'sandboxed_host',
    });
    expect(supervisors(stage)).toEqual([]);
    expect(existsSync(join(dispatchHome, 'runtime'))).toBe(false);

    const started = dataOf<Reply & { command: string[]; workspace: string; prompt: string }>(
      await stage.type(['start', data.task_id]),
    );
    expect(started).toMatchObject({ workspace: stage.cwd, prompt, execution_mode: 'auto' });
    expect(started.command.join(' ')).toContain('exec --skip-git-repo-check -s workspace-write');
    const waited = await stage.type(['wait', data.task_id]);
    expect(waited.exitCode, waited.stdout).toBe(0);
    expect(readFileSync(join(stage.cwd, 'made.txt'), 'utf8')).toBe('made\n');
    expect(model.turns(`inner ${tag}`)).toEqual([1, 1]);
    const grants = readdirSync(join(dispatchHome, 'runtime/grants')).filter((name) => name.endsWith('.json'));
    expect(grants).toHaveLength(1);
    expect(grants[0]).toMatch(new RegExp(`^${data.task_id}\\.`));
  });
});

test.each([{ network: false }, { network: true }])(
  'the other commands inside the sandbox, network $network',
  async ({ network }) => {
    const stage = stageIn(
      await createSandboxHome({ modelUrl: model.url, env: { DISPATCH_HOME: temporaryFolder('below') } }),
    );
    const done = dataOf(
      await stage.type(['run', '--backend', 'codex', '--prompt', `Make. ${marked('inner', `o${network}`)}`]),
    ).task_id;
    expect((await stage.type(['wait', done])).exitCode).toBe(0);
    model.script('asking', [
      shell('printf "Which?" > "$DISPATCH_TASK_DIR/mailbox/001.question"'),
      text('I stop here.'),
    ]);
    const asking = dataOf(
      await stage.type(['run', '--backend', 'codex', '--prompt', `Ask. ${marked('asking', `a${network}`)}`]),
    ).task_id;
    expect((await stage.type(['wait', asking])).exitCode).toBe(20);
    await until(() => supervisors(stage).length === 0, { what: 'the supervisor outside has left' });
    const before = treeOf(stage.home.env.DISPATCH_HOME!);

    const [resumed, refused, inspected, answered, doctor, start, cancelled] = await typedInCodex(
      stage,
      [
        ['resume', done, '--message', 'One more thing.'],
        ['resume', 'zzzzzzzz', '--message', 'x'],
        ['inspect', done],
        ['answer', asking, '--message', 'The left one.'],
        ['doctor'],
        ['start', done],
        ['cancel', asking],
      ],
      { network },
    );
    expect(resumed!.document.data).toMatchObject({
      status: 'pending',
      task: { reason: 'sandboxed_host' },
      start_hint: `dispatch --root ${stage.root} start ${done}`,
    });
    expect(refused!.exit).toBe(3);
    expect(inspected!.document.data.task).toMatchObject({ status: 'pending', reason: 'sandboxed_host' });
    expect(answered!.document.data).toMatchObject({ answered: '001' });
    expect(doctor).toMatchObject({ exit: 4, document: { error: { code: 'sandboxed' } } });
    expect(start).toMatchObject({ exit: 4, document: { error: { code: 'sandboxed' } } });
    expect(cancelled!.document.data).toMatchObject({ task_id: asking, confirmed: false });
    expect(cancelled!.document.data.detail).toContain('sandbox');
    expect(supervisors(stage)).toEqual([]);
    expect(treeOf(stage.home.env.DISPATCH_HOME!)).toEqual(before);
    expect(model.turns(`inner o${network}`)).toEqual([1, 1]);

    // Outside, the next command finds the recorded cancel and carries it out.
    const waited = await stage.type(['wait', asking]);
    expect(waited.exitCode, waited.stdout).toBe(22);
    const started = dataOf(await stage.type(['start', done]));
    expect(started.task.attempts).toHaveLength(2);
    expect((await stage.type(['wait', done])).exitCode).toBe(0);
    expect(model.turns(`inner o${network}`)).toEqual([1, 1, 1]);
    const last = model.requests().findLast(({ marker }) => marker?.tag === `o${network}`);
    expect(JSON.stringify(last?.messages)).toContain('One more thing.');
    expect(errorOf(await stage.type(['start', done])).code).toBe('nothing_to_start');
  },
);
