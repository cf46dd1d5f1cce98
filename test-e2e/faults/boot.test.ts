import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import {
  anotherBoot,
  anotherHost,
  anotherProcessTable,
  available,
  type Place,
  readOnly,
  runIn,
  smallDisk,
} from './boot.ts';
import { newRoot } from './fixture.ts';

const bootFile = '/proc/sys/kernel/random/boot_id';
const node = (source: string) => [process.execPath, '-e', source];

let sleeps = 0;
/** Seconds that no other process here sleeps, by which one is found again. */
const unique = () => `1000${process.pid}.${++sleeps}`;

/** Whether a process with exactly these words runs, in whatever process table. */
function isRunning(command: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return (
        /^\d+$/.test(pid) &&
        readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `${command.replace(' ', '\0')}\0`
      );
    } catch {
      return false;
    }
  });
}

async function where(place: Place): Promise<{ skip: boolean }> {
  const answer = await available(place);
  if (answer !== true) console.warn(answer);
  return { skip: answer !== true };
}

const boot = await where(anotherBoot());
const table = await where(anotherProcessTable());
const host = await where(anotherHost());
const disk = await where(smallDisk({ at: '/tmp', size: 65536 }));
const sealed = await where(readOnly({ at: '/tmp' }));

describe.skipIf(boot.skip)('another boot', () => {
  test('is read by a child, and by nobody outside', async () => {
    const before = readFileSync(bootFile, 'utf8');
    const id = '0badb007-0000-4000-8000-000000000000';
    const ran = await runIn(
      anotherBoot(id),
      node(`process.stdout.write(require('fs').readFileSync('${bootFile}'))`),
    );
    expect(ran).toEqual({ exitCode: 0, signal: null, stdout: `${id}\n`, stderr: '' });
    expect(readFileSync(bootFile, 'utf8')).toBe(before);
  });

  test('gives back the exit code and both outputs of a shell command', async () => {
    const ran = await runIn(anotherBoot(), `echo out; echo "it's" >&2; exit 7`);
    expect(ran).toEqual({ exitCode: 7, signal: null, stdout: 'out\n', stderr: "it's\n" });
  });

  test('that cannot be made is an error and not a run without it', async () => {
    const broken = { ...anotherBoot(), setup: ['false', 'true'] };
    expect(await runIn(broken, 'echo ran')).toMatchObject({ exitCode: 125, stdout: '' });
  });

  test('ends in time, with the children of the command', async () => {
    const left = `sleep ${unique()}`;
    const running = runIn(anotherBoot(), `${left}; echo late`, { timeout: 1000 });
    await vi.waitUntil(() => isRunning(left));
    expect(await running).toMatchObject({ signal: 'SIGKILL', stdout: '' });
    await vi.waitUntil(() => !isRunning(left));
  });
});

describe.skipIf(table.skip)('another process table', () => {
  test('has no outside process, another namespace, and kills what was left running', async () => {
    const left = `sleep ${unique()}`;
    const ran = await runIn(
      anotherProcessTable(),
      `${left} >/dev/null 2>&1 & until grep -qa ^sleep /proc/$!/cmdline; do :; done
       ls -d /proc/[0-9]* | wc -l; readlink /proc/self/ns/pid; echo $$`,
    );
    const [processes, namespace, pid] = ran.stdout.trim().split('\n');
    expect(Number(processes)).toBeLessThan(10);
    expect(Number(pid)).toBeLessThan(10);
    const outside = await runIn([], 'readlink /proc/self/ns/pid');
    expect(namespace).toMatch(/^pid:\[\d+\]$/);
    expect(namespace).not.toBe(outside.stdout.trim());
    await vi.waitUntil(() => !isRunning(left));
  });
});

describe.skipIf(host.skip || table.skip || boot.skip)('another host', () => {
  test('goes together with another boot and process table', async () => {
    const machineId = '0123456789abcdef0123456789abcdef';
    const places = [anotherHost({ hostname: 'far', machineId }), anotherBoot('b'), anotherProcessTable()];
    const ran = await runIn(places, `hostname; cat /etc/machine-id ${bootFile}`);
    expect(ran).toMatchObject({ exitCode: 0, stdout: `far\n${machineId}\nb\n` });
    expect(hostname()).not.toBe('far');
  });
});

describe.skipIf(disk.skip)('a small disk', () => {
  const write = `try { require('fs').writeFileSync('big', Buffer.alloc(50000)); console.log('ok') } catch (e) { console.log(e.code) }`;

  test('holds what was there, and ends with ENOSPC, also for a command that works in it', async () => {
    const { root } = newRoot();
    writeFileSync(join(root, 'kept'), 'kept');
    const ran = await runIn(
      smallDisk({ at: root, size: 32768 }),
      `cat kept; ${process.execPath} -e "${write}"`,
      { cwd: root },
    );
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'keptENOSPC\n' });
    expect(readdirSync(root)).toEqual(['kept']);
  });

  test('when full has room again without its filler', async () => {
    const { root } = newRoot();
    const command = `${process.execPath} -e "${write}"; rm .filler big; ${process.execPath} -e "${write}"`;
    const ran = await runIn(smallDisk({ at: root, size: 131072, full: true }), command, { cwd: root });
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'ENOSPC\nok\n' });
  });
});

describe.skipIf(sealed.skip)('a read-only folder', () => {
  test('refuses writes with EROFS and can be read', async () => {
    const { root } = newRoot();
    writeFileSync(join(root, 'kept'), 'kept');
    const source = `const fs = require('fs'); try { fs.mkdirSync('x') } catch (e) { console.log(e.code, fs.readFileSync('kept', 'utf8')) }`;
    expect((await runIn(readOnly({ at: root }), node(source), { cwd: root })).stdout).toBe('EROFS kept\n');
  });
});
