import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INITIAL_PID_NAMESPACE, type MachineProbe } from '../../src/processes/index.ts';
import { detectSandbox, type FirstProcess } from '../../src/sandbox/index.ts';
import { bundled } from '../setup/bundled.ts';

const inside = (namespace: string): MachineProbe => ({
  bootId: () => 'b',
  host: () => 'm:h',
  pidNamespace: () => namespace,
  monotonicMs: () => 0,
  uid: 1000,
});
const first =
  (comm: string, ...names: string[]) =>
  (): FirstProcess => ({ comm, names });
const detect = (
  env: Record<string, string>,
  namespace: string,
  named: () => FirstProcess | null,
  claimed?: string,
): string | null =>
  detectSandbox({
    env,
    machine: inside(namespace),
    first: named,
    claim: claimed === undefined ? null : { pid_namespace: claimed },
  })?.kind ?? null;
const marked = { DISPATCH_ATTEMPT: 'abc:0' };

type Case = [
  string,
  Record<string, string>,
  string,
  () => FirstProcess | null,
  string | undefined,
  string | null,
];

test.each<Case>([
  ['nothing of the kind', {}, INITIAL_PID_NAMESPACE, first('systemd', 'systemd'), undefined, null],
  [
    'codex says so',
    { CODEX_SANDBOX_NETWORK_DISABLED: '1' },
    INITIAL_PID_NAMESPACE,
    first('systemd'),
    undefined,
    'codex',
  ],
  ['codex on a Mac', { CODEX_SANDBOX: 'seatbelt' }, '', () => null, undefined, 'codex'],
  ['its name cut after 15 bytes', {}, '9', first('codex-linux-san', 'codex'), undefined, 'helper'],
  ['called by another name', {}, '9', first('x', 'codex', 'codex-linux-sandbox'), undefined, 'helper'],
  ['bubblewrap', {}, '9', first('bwrap', 'bwrap'), undefined, 'helper'],
  [
    'bubblewrap as process 1 of the machine',
    {},
    INITIAL_PID_NAMESPACE,
    first('bwrap', 'bwrap'),
    undefined,
    null,
  ],
  ['a container of sh', {}, '9', first('sh', 'dash', 'sh'), undefined, null],
  ['a container of tini', {}, '9', first('tini', 'tini'), undefined, null],
  ['a container of codex itself', {}, '9', first('codex', 'codex'), undefined, null],
  ['process 1 hidden', {}, '9', () => null, undefined, null],
  ['marked, where its attempt runs', marked, '9', first('sh'), '9', null],
  ['marked, elsewhere', marked, '9', first('sh'), INITIAL_PID_NAMESPACE, 'other_namespace'],
  ['not marked, elsewhere', {}, '9', first('sh'), INITIAL_PID_NAMESPACE, null],
  ['marked, no claim found', marked, '9', first('sh'), undefined, null],
] as const)('%s', (_, env, namespace, named, claimed, kind) => {
  expect(detect(env, namespace, named, claimed)).toBe(kind);
});

const canMakeNamespaces = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;

describe.runIf(canMakeNamespaces)('in a real pid namespace', () => {
  let folder: string;
  let program: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dispatch-sandbox-'));
    program = await bundled(
      folder,
      'detect',
      `import { detectSandbox } from '~/sandbox/index.ts';
       import { thisMachine } from '~/processes/index.ts';
       console.log(JSON.stringify(detectSandbox({ env: {}, machine: thisMachine() })));`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['bwrap', 'helper'],
    ['codex-linux-sandbox', 'helper'],
    ['node', null],
    ['init', null],
  ])('whose process 1 is called %s', (name, kind) => {
    const executable = join(folder, name);
    symlinkSync(process.execPath, executable);
    const args = ['--pid', '--fork', '--mount-proc', executable, program];
    const found = JSON.parse(execFileSync('unshare', args, { encoding: 'utf8' })) as { kind: string } | null;
    expect(found?.kind ?? null).toBe(kind);
  });
});
