import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lookAtProcess, signalGroup } from '../../src/processes/index.ts';
import { AttemptInAFolder, NONCE } from '../setup/attempt-in-a-folder.ts';
import { shells } from '../setup/shells.ts';
import { until } from '../setup/until.ts';

let place: AttemptInAFolder;
beforeEach(() => {
  place = new AttemptInAFolder();
});
afterEach(() => place.remove());

const ended = (pid: number) =>
  until(`process ${pid} to end`, () => /^Z|^$/.test(lookAtProcess(pid)?.state ?? ''));

describe.each(shells)('the launcher in $name', ({ shell }) => {
  test('runs the agent on files, and records its claim and its exit', async () => {
    const pid = place.launchSh(
      'cat; echo "$PWD $OLDPWD. $DISPATCH_LAUNCHER_STEP."; umask; echo wrong >&2; exit 7',
      { shell },
    );
    expect(await place.exit()).toEqual({ attempt_nonce: NONCE, exit_code: 7 });
    const mask = process.umask().toString(8).padStart(4, '0');
    expect(readFileSync(place.stdout, 'utf8')).toBe(`the prompt\n${place.workspace} . .\n${mask}\n`);
    expect(readFileSync(place.stderr, 'utf8')).toBe('wrong\n');
    expect(await place.claim()).toMatchObject({ attempt_nonce: NONCE, pid, root: place.ref });
    await ended(pid);
    expect(readdirSync(place.outputs).sort()).toEqual([
      'attempt-000.exit.json',
      `attempt-000.${NONCE}.prompt.md`,
      'attempt-000.process.json',
      'attempt-000.stderr.log',
      'attempt-000.stdout.log',
    ]);
    for (const file of readdirSync(place.outputs))
      expect(statSync(join(place.outputs, file)).mode & 0o777).toBe(0o600);
  });

  test('is the process that its claim names, in a session of its own', async () => {
    const pid = place.launchSh('exec sleep 60', { shell });
    const claim = await place.claim();
    expect(lookAtProcess(pid)).toMatchObject({ start_time: claim.start_time, pgid: pid, sid: pid });
  });

  test.each([
    ['INT', 130],
    ['TERM', 143],
  ] as const)('records an agent that SIG%s to the group ended', async (signal, code) => {
    const pid = place.launchSh('echo ready; while :; do sleep 1; done', { shell });
    const claim = await place.claim();
    await place.said('ready');
    expect(signalGroup(pid, { pid, start_time: claim.start_time! }, `SIG${signal}`)).toBe('sent');
    expect(await place.exit()).toEqual({ attempt_nonce: NONCE, exit_code: code });
    await ended(pid);
  });

  test('does not let the agent inherit ignored signals', async () => {
    place.launchSh(`grep -E 'Sig(Ign|Blk)' /proc/self/status`, { shell });
    await place.exit();
    const ignored = [...readFileSync(place.stdout, 'utf8').matchAll(/:\s+([0-9a-f]+)/g)].map(([, mask]) =>
      BigInt(`0x${mask}`),
    );
    expect(ignored).toHaveLength(2);
    const watched = (1n << 0n) | (1n << 1n) | (1n << 14n); // HUP, INT, TERM
    for (const mask of ignored) expect(mask & watched).toBe(0n);
  });

  test('records the exit although a second signal hits it while it does', async () => {
    const pid = place.launchSh('echo ready; trap "exit 5" TERM; while :; do sleep 0.01; done', { shell });
    const claim = await place.claim();
    await place.said('ready');
    const witness = { pid, start_time: claim.start_time! };
    while (signalGroup(pid, witness, 'SIGTERM') === 'sent') {
      if (existsSync(place.exitPath)) break;
      await new Promise(setImmediate);
    }
    const { exit_code } = await place.exit();
    expect([5, 143]).toContain(exit_code);
  });

  test('says nothing of its own in the logs', async () => {
    const pid = place.launchSh('kill -KILL $$', { shell });
    expect((await place.exit()).exit_code).toBe(137);
    await ended(pid);
    expect(readFileSync(place.stderr, 'utf8') + readFileSync(place.stdout, 'utf8')).toBe('');
  });

  test('records 127 for an executable that is not there, and 126 without a workspace', async () => {
    place.launch(['/nowhere/agent'], { shell });
    expect((await place.exit()).exit_code).toBe(127);
    expect(readFileSync(place.stderr, 'utf8')).toBe('');
    const other = new AttemptInAFolder();
    other.launchSh('exit 0', { shell, workspace: join(other.root, 'nowhere') });
    expect((await other.exit()).exit_code).toBe(126);
    await other.remove();
  });

  test('leaves an attempt that is claimed already', async () => {
    place.launchSh('echo first', { shell });
    await place.exit();
    const claim = readFileSync(place.claimPath, 'utf8');
    await ended(place.launchSh('echo second', { shell }));
    expect(readFileSync(place.stdout, 'utf8')).toBe('first\n');
    expect(readFileSync(place.claimPath, 'utf8')).toBe(claim);
  });

  test('runs once, however many are started together', async () => {
    const pids = Array.from({ length: 6 }, () => place.launchSh('echo once', { shell }));
    await place.exit();
    for (const pid of pids) await ended(pid);
    expect(readFileSync(place.stdout, 'utf8')).toBe('once\n');
    expect(pids).toContain((await place.claim()).pid);
  });

  test.each(['folder', 'link to a folder', 'dangling link', 'file'])(
    'writes nothing where a %s stands for the claim',
    async (kind) => {
      const outside = plant(place.claimPath, kind);
      await ended(place.launchSh('echo ran', { shell }));
      expect(readFileSync(place.stdout, 'utf8')).toBe('');
      expect(readdirSync(outside)).toEqual([]);
      expect(existsSync(place.exitPath)).toBe(false);
    },
  );

  test.each(['folder', 'link to a folder', 'dangling link', 'file'])(
    'writes nothing where a %s stands for the exit',
    async (kind) => {
      const outside = plant(place.exitPath, kind);
      await ended(place.launchSh('echo ran', { shell }));
      expect(readFileSync(place.stdout, 'utf8')).toBe('ran\n');
      expect(readdirSync(outside)).toEqual([]);
      if (kind === 'file') expect(readFileSync(place.exitPath, 'utf8')).toBe('planted');
    },
  );

  test('stays in its folder when the agent puts a link in its place', async () => {
    const outside = join(place.root, 'outside');
    mkdirSync(outside);
    const kept = join(place.taskDir, 'kept');
    await ended(
      place.launchSh(`mv '${place.outputs}' '${kept}'; ln -s '${outside}' '${place.outputs}'`, { shell }),
    );
    expect(readdirSync(outside)).toEqual([]);
    expect(existsSync(join(kept, 'attempt-000.exit.json'))).toBe(true);
  });

  test('moves an old .done away, and a new one not', async () => {
    writeFileSync(join(place.mailbox, '.done'), 'old');
    const pid = place.launchSh(`ls -A '${place.mailbox}'; echo new > '${place.mailbox}/.done'`, { shell });
    await ended(pid);
    expect(readFileSync(place.stdout, 'utf8')).toBe('');
    expect(readFileSync(join(place.outputs, `attempt-000.${NONCE}.done-before`), 'utf8')).toBe('old');
    expect(readFileSync(join(place.mailbox, '.done'), 'utf8')).toBe('new\n');
  });

  test('takes nothing out of a mailbox that is a link', async () => {
    const outside = join(place.root, 'outside');
    renameSync(place.mailbox, outside);
    symlinkSync(outside, place.mailbox);
    writeFileSync(join(outside, '.done'), 'not ours');
    await ended(place.launchSh('echo ran', { shell }));
    expect(readFileSync(join(outside, '.done'), 'utf8')).toBe('not ours');
  });

  test('has no terminal', async () => {
    place.launchSh('read line < /dev/tty; echo "then $?"', { shell });
    expect(await place.said('then')).toMatch(/then [12]/);
  });
});

function plant(path: string, kind: string): string {
  const outside = join(place.root, 'outside');
  mkdirSync(outside);
  if (kind === 'folder') mkdirSync(path);
  else if (kind === 'file') writeFileSync(path, 'planted');
  else symlinkSync(kind === 'dangling link' ? join(outside, 'made') : outside, path);
  return kind === 'folder' ? path : outside;
}
