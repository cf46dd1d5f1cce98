import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { fakeOutside, temporaryFolder, type FakeOutside } from './outside.ts';

async function run(argv: string[], cwd = temporaryFolder()): Promise<FakeOutside & { status: number }> {
  const outside = fakeOutside({ cwd, environment: { DISPATCH_HOME: join(cwd, 'home'), PATH: '/nowhere' } });
  const status = await main(argv, outside);
  return Object.assign(outside, { status });
}

test('an unknown command is answered with the nearest one', async () => {
  const { status, stdout, stderr } = await run(['lst']);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('"lst"');
  expect(stderr).toContain('Did you mean list?');
});

test('with --json every error is one document on stdout', async () => {
  for (const argv of [
    ['lst', '--json'],
    ['--json'],
    ['--json', 'inspect'],
    ['list', '--json', '--limit', 'x'],
    ['--json', 'list'],
  ]) {
    const { status, stdout, stderr } = await run(argv);
    expect(status, argv.join(' ')).toBeGreaterThanOrEqual(2);
    expect(stderr).toBe('');
    const document = JSON.parse(stdout) as { ok: boolean; error: Record<string, unknown> };
    expect(document.ok).toBe(false);
    expect(Object.keys(document.error)).toEqual(['code', 'message', 'hint']);
  }
});

test('no store is an error that says how to get one', async () => {
  const { status, stderr } = await run(['list']);
  expect(status).toBe(3);
  expect(stderr).toContain('dispatch init');
});

test('a store that was made is listed as empty', async () => {
  const cwd = temporaryFolder();
  const made = await run(['--json', 'init'], cwd);
  expect(JSON.parse(made.stdout)).toEqual({
    ok: true,
    data: { root: join(cwd, '.dispatch'), created: true, bootstrapped_config: false },
  });
  expect(JSON.parse((await run(['--json', 'init'], cwd)).stdout)).toMatchObject({ data: { created: false } });
  expect(JSON.parse((await run(['list', '--json'], cwd)).stdout)).toEqual({ ok: true, data: [] });
  expect((await run(['list'], cwd)).stdout).toContain('No tasks yet');
  expect(JSON.parse((await run(['questions', '--json'], cwd)).stdout)).toEqual({ ok: true, data: [] });
});

test('what is typed next keeps the root that was typed', async () => {
  const cwd = temporaryFolder();
  expect((await run(['init', '--root', 'r'], cwd)).stdout).toContain('Next: dispatch --root r run --prompt');
  expect((await run(['status', 'nope', '--root', 'r'], cwd)).stderr).toContain('`dispatch --root r list`');
});

test.each(['../x', '..', '/etc/passwd', 'nopenopenopeno', '@last', 'a b c d'])(
  'an id like %j is not found',
  async (id) => {
    const cwd = temporaryFolder();
    await run(['init'], cwd);
    for (const command of ['inspect', 'status', 'events', 'result', 'logs', 'wait', 'cancel']) {
      const { status, stdout } = await run(['--json', command, id], cwd);
      expect(status, command).toBe(3);
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'task_not_found' } });
    }
  },
);

test('help needs no store, and is JSON where that is asked for', async () => {
  const { status, stdout } = await run(['--help']);
  expect(status).toBe(0);
  expect(stdout).toContain('  run ');
  expect(stdout).not.toMatch(/^ +complete /m);
  expect(JSON.parse((await run(['run', '--help', '--json'])).stdout)).toMatchObject({
    ok: true,
    data: { command: 'run' },
  });
  expect((await run(['help', 'wait'])).stdout).toContain('dispatch wait ID…');
  expect((await run([])).status).toBe(2);
});

test('help says where a message may be left out', async () => {
  const { stdout } = await run(['resume', '--help']);
  for (const reason of ['interrupted', 'plan_incomplete', 'timeout', 'stalled'])
    expect(stdout).toContain(reason);
});

test('no line of help is wider than 115 columns or ends in white space', async () => {
  const { commandNames } = await import('../src/commands/index.ts');
  for (const name of commandNames) {
    const { stdout } = await run([name, '--help']);
    for (const line of stdout.split('\n')) {
      expect(line, name).toBe(line.trimEnd());
      expect(line.length, line).toBeLessThanOrEqual(115);
    }
  }
});

test('the version, wherever it is asked for', async () => {
  expect(JSON.parse((await run(['--json', '--version'])).stdout)).toEqual({
    ok: true,
    data: { version: '0.1.0' },
  });
});

test('ask outside of a task is refused', async () => {
  const { status, stderr } = await run(['ask', 'this or that?']);
  expect(status).toBe(5);
  expect(stderr).toContain('DISPATCH_TASK_DIR');
});
