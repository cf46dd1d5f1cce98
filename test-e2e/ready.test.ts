// What `ready` and `backends` say of the agents of this machine, for people and for hosts, without starting any task.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  cleanUpAfterEach,
  createSandboxHome,
  dispatch,
  makeRepo,
  type SandboxHome,
  writeFiles,
} from './harness/index.ts';

cleanUpAfterEach();

interface Report {
  name: string;
  kind: string;
  executable: string;
  installed: boolean;
  version: string | null;
  measured: string;
  logged_in: boolean | null;
  notes: string[];
  modes: Record<string, { confinement: string; caveat: string | null; measured_versions: string[] }>;
  capabilities: Record<string, unknown>;
}
interface Ready {
  ready: boolean;
  problems: string[];
  config_path: string;
  default_target: { backend: string; model: string | null; why: string } | null;
  backend_count: number;
  model_count: number;
  alias_count: number;
  installed_backends: string[];
  backends: Report[];
}

const agents = ['codex', 'claude', 'pi', 'agent', 'cursor-agent'];

async function machine(programs: Record<string, string | 'real'> = {}) {
  const home: SandboxHome = await createSandboxHome({ modelUrl: 'http://127.0.0.1:9' });
  for (const name of agents) if (programs[name] !== 'real') rmSync(join(home.bin, name), { force: true });
  for (const [name, source] of Object.entries(programs)) if (source !== 'real') home.program(name, source);
  const cwd = makeRepo();
  const type = async <T>(...args: string[]) => {
    const [forHosts, forPeople] = [
      await dispatch([...args, '--json'], { cwd, env: home.env }),
      await dispatch(args, { cwd, env: home.env }),
    ];
    expect(forPeople.exitCode).toBe(forHosts.exitCode);
    return {
      exitCode: forHosts.exitCode,
      data: forHosts.json<{ ok: true; data: T }>().data,
      shown: forPeople.stdout,
    };
  };
  return { home, type };
}

test('nothing installed', async () => {
  const { home, type } = await machine();
  const { exitCode, data, shown } = await type<Ready>('ready');
  expect(exitCode).toBe(5);
  expect(data).toMatchObject({
    ready: false,
    config_path: join(home.home, '.dispatch/config.yaml'),
    default_target: null,
    backend_count: 0,
    model_count: 0,
    alias_count: 0,
    installed_backends: [],
  });
  expect(data.problems.join()).toContain('no coding agent was found');
  expect(shown).toMatch(/^not ready\n/);
  expect(shown).toContain('codex  not installed');
});

test('the real agents: versions that were measured, a key, no task', async () => {
  const { home, type } = await machine({ codex: 'real', claude: 'real' });
  const { exitCode, data, shown } = await type<Ready>('ready');
  expect(data.problems).toEqual([]);
  expect(exitCode).toBe(0);
  expect(data.installed_backends).toEqual(['codex', 'claude']);
  const of = (name: string) => data.backends.find((one) => one.name === name)!;
  // codex says that nobody is logged in, but its configuration names a provider with a key of its own.
  expect(of('codex')).toMatchObject({ version: '0.169.0', measured: 'measured', logged_in: null, notes: [] });
  expect(of('claude')).toMatchObject({
    version: '2.1.328',
    measured: 'measured',
    logged_in: true,
    notes: [],
  });
  expect(shown).toContain('ready: claude');
  const backends = await type<{ backends: Report[] }>('backends');
  expect(backends.exitCode).toBe(0);
  expect(backends.data.backends[0]).toMatchObject({
    name: 'codex',
    kind: 'codex',
    executable: join(home.bin, 'codex'),
    installed: true,
    modes: { auto: { confinement: 'sandbox', measured_versions: ['0.169.0'] }, danger: { caveat: null } },
    capabilities: { native_sessions: true, supports_auto_mode: true },
  });
  expect(backends.shown).toMatch(/^ {2}auto {6}kept by a sandbox of the system: -s workspace-write$/m);
});

test('logged out', async () => {
  const { type } = await machine({
    claude:
      '#!/bin/sh\ncase $1 in --version) echo "2.1.328 (Claude Code)";; *) echo \'{"loggedIn": false}\'; exit 1;; esac\n',
  });
  const { exitCode, data, shown } = await type<Ready>('ready');
  expect(exitCode).toBe(5);
  expect(data.problems).toEqual(['nobody is logged in to claude: log in with its own command']);
  expect(data.backends.find(({ name }) => name === 'claude')).toMatchObject({ logged_in: false });
  expect(shown).toContain('2.1.328 (measured)  not logged in');
});

test('a version that nobody measured: said, and no reason not to try', async () => {
  const { type } = await machine({
    claude:
      '#!/bin/sh\ncase $1 in --version) echo "9.0.0 (Claude Code)";; *) echo \'{"loggedIn": true}\';; esac\n',
  });
  const { exitCode, data, shown } = await type<Ready>('ready');
  expect([exitCode, data.ready]).toEqual([0, true]);
  expect(data.backends.find(({ name }) => name === 'claude')).toMatchObject({
    version: '9.0.0',
    measured: 'other',
    notes: [expect.stringContaining('its flags may have changed')],
  });
  expect(shown).toContain('9.0.0 (not measured)');
});

test('a broken executable', async () => {
  const { type } = await machine({ codex: 'this is no program', claude: '#!/bin/sh\nexit 1\n' });
  const { exitCode, data, shown } = await type<Ready>('ready');
  expect(exitCode).toBe(5);
  expect(data.problems.join()).toContain('may be broken');
  for (const name of ['codex', 'claude'])
    expect(data.backends.find((one) => one.name === name)).toMatchObject({ installed: true, version: null });
  expect(shown).toContain('does not say its version: it may be broken');
});

test('a configuration: its default, its names, and one whose program is gone', async () => {
  const { home, type } = await machine({ 'my-agent': '#!/bin/sh\n' });
  writeFiles(join(home.home, '.dispatch'), {
    'config.yaml':
      'default: mine\nbackends:\n  mine: { executable: my-agent }\n  gone: { executable: /no/such/program }\nmodels:\n  fast: { backend: mine, model: f }\naliases:\n  quick: { model: fast }\n',
  });
  const { exitCode, data } = await type<Ready>('ready');
  expect(exitCode).toBe(0);
  expect(data).toMatchObject({
    default_target: { backend: 'mine', model: null },
    backend_count: 2,
    model_count: 1,
    alias_count: 1,
    installed_backends: ['mine'],
  });
  expect(data.backends.find(({ name }) => name === 'gone')).toMatchObject({
    installed: false,
    executable: '/no/such/program',
  });
});
