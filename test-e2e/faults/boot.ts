import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A place is what a command finds around it: another boot, host, process table or disk. It is made of Linux namespaces
 * by unshare(1) and lasts as long as the command and what that leaves running.
 */
export interface Place {
  name: string;
  /** Options of unshare(1), each with its value if it has one. */
  namespaces: string[];
  /** Shell lines run inside, before the command. */
  setup: string[];
}

export interface Outcome {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the command and its process group are killed. */
  timeout?: number;
}

const mounts = ['--mount', '--propagation private'];

/** A boot that the machine has not had: /proc/sys/kernel/random/boot_id reads as `bootId`. */
export function anotherBoot(bootId: string = randomUUID()): Place {
  return {
    name: 'another boot',
    namespaces: mounts,
    setup: overlay('/proc/sys/kernel/random/boot_id', bootId),
  };
}

/**
 * A process table of its own: the command's pids start anew, and no process outside is visible. When the command ends,
 * everything that it left running is killed, as at a power cut.
 */
export function anotherProcessTable(): Place {
  const namespaces = [...mounts, '--pid', '--fork', '--kill-child', '--mount-proc'];
  return { name: 'another process table', namespaces, setup: [] };
}

/** A machine with another name and another /etc/machine-id (32 hexadecimal digits). */
export function anotherHost({
  hostname = 'elsewhere',
  machineId = randomUUID().replaceAll('-', ''),
}: { hostname?: string; machineId?: string } = {}): Place {
  return {
    name: 'another host',
    namespaces: [...mounts, '--uts'],
    setup: [`hostname ${quoted(hostname)}`, ...overlay('/etc/machine-id', machineId)],
  };
}

/**
 * A disk of `size` bytes at an existing folder, holding a copy of what the folder holds; `full` fills what is left
 * with a file `.filler`, to be removed where there is to be room again. What is written there is gone with the command.
 */
export function smallDisk({ at, size, full = false }: { at: string; size: number; full?: boolean }): Place {
  const folder = quoted(at);
  // The working folder stays that of the disk below, from which the copy is made.
  const copy = `(cd ${folder} && mount -t tmpfs -o size=${size},mode=0700 tmpfs ${folder} && cp -a . ${folder}/)`;
  const fill = `{ dd if=/dev/zero of=${quoted(join(at, '.filler'))} bs=4096 2>/dev/null || true; }`;
  return { name: 'a small disk', namespaces: mounts, setup: full ? [copy, fill] : [copy] };
}

/** A folder that cannot be written, not even by root. */
export function readOnly({ at }: { at: string }): Place {
  const folder = quoted(at);
  const setup = [`mount --bind ${folder} ${folder}`, `mount -o remount,ro,bind ${folder}`];
  return { name: 'a read-only folder', namespaces: mounts, setup };
}

/** Runs a shell command, or a program with arguments, in one place or in several at once. */
export function runIn(
  places: Place | Place[],
  command: string | string[],
  { cwd, env, timeout }: RunOptions = {},
): Promise<Outcome> {
  const all = [places].flat();
  const argv = typeof command === 'string' ? ['sh', '-c', command] : command;
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const flags = [...user, ...new Set(all.flatMap(({ namespaces }) => namespaces))].flatMap((flag) =>
    flag.split(' '),
  );
  const setup = all.flatMap((place) => place.setup).join(' &&\n');
  const script = [
    `{ ${setup || 'true'}; } || { echo "the place could not be made" >&2; exit 125; }`,
    // The working folder may lie below a new mount, so it is entered anew.
    'cd "$PWD"',
    // Not exec: the shell stays as the parent that orphans need in a process table of its own.
    '"$@"; exit $?',
  ].join('\n');
  const child = spawn('unshare', [...flags, 'sh', '-c', script, 'sh', ...argv], {
    cwd,
    env: env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  return outcomeOf(child, timeout);
}

const probes = new Map<string, Promise<true | string>>();

/** True where a place of this kind can be made here (tried once), else why not. */
export function available(place: Place): Promise<true | string> {
  const known = probes.get(place.name) ?? probe(place.name);
  probes.set(place.name, known);
  return known;
}

async function probe(name: string): Promise<true | string> {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-place-'));
  const tried: Record<string, [place: Place, command: string]> = {
    'another boot': [anotherBoot('probe'), 'test "$(cat /proc/sys/kernel/random/boot_id)" = probe'],
    'another process table': [anotherProcessTable(), 'test $$ -lt 10'],
    'another host': [anotherHost({ hostname: 'probe' }), 'test "$(hostname)" = probe'],
    'a small disk': [
      smallDisk({ at: folder, size: 65536 }),
      `! head -c 200000 /dev/zero > ${quoted(join(folder, 'f'))}`,
    ],
    'a read-only folder': [readOnly({ at: folder }), `! touch ${quoted(join(folder, 'f'))}`],
  };
  try {
    const [place, command] = tried[name] ?? [];
    if (!place || !command) return `no place is called '${name}'`;
    const { exitCode, stderr } = await runIn(place, command, { timeout: 10_000 });
    return exitCode === 0 || `${name} cannot be made here: ${stderr.trim() || `exit ${exitCode}`}`;
  } catch (error) {
    return `${name} cannot be made here: ${(error as Error).message}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outcomeOf(child: ReturnType<typeof spawn>, timeout: number | undefined): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // The whole group: the command is a child of the shell.
  const timer =
    timeout === undefined ? undefined : setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), timeout);
  return new Promise((resolve, reject) => {
    const settle = () => resolve({ exitCode: child.exitCode, signal: child.signalCode, stdout, stderr });
    child.on('error', reject).on('close', settle);
    child.on('exit', () => {
      clearTimeout(timer);
      // What the command leaves running may hold the pipes for as long as it likes. Where this process was busy
      // meanwhile, what is in them has yet to be read.
      setTimeout(() => setImmediate(() => setImmediate(settle)), 500).unref();
    });
  });
}

/** Shell lines that put a file with one line over another, without a trace outside. */
function overlay(path: string, line: string): string[] {
  return [
    'overlay=$(mktemp)',
    `printf '%s\\n' ${quoted(line)} > "$overlay"`,
    'chmod 444 "$overlay"',
    `mount --bind "$overlay" ${path}`,
    'rm "$overlay"',
  ];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
