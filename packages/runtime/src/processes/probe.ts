import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { childProcess } from './child-process.ts';

/** What tells this machine, this boot and this pid namespace from every other. Tests hand in their own. */
export interface MachineProbe {
  /** A UUID that is new with each boot; '' where unknown. */
  bootId(): string;
  /** Machine id and host name, joined by ':'; the id is '' in most containers. */
  host(): string;
  /** Inode of our pid namespace; '' where there are none, or unknown. */
  pidNamespace(): string;
  /** CLOCK_MONOTONIC in ms: the same clock for all processes of a boot; on Linux it stands still while the machine sleeps. */
  monotonicMs(): number;
  readonly uid: number;
}

/** The probe of the machine that we run on; each value is asked for once. */
export function thisMachine(): MachineProbe {
  return machine;
}

const source =
  process.platform === 'linux'
    ? { bootId: linuxBootId, machineId: linuxMachineId, pidNamespace: linuxPidNamespace }
    : { bootId: macosBootId, machineId: macosMachineId, pidNamespace: () => '' };

const machine: MachineProbe = {
  bootId: once(source.bootId),
  host: once(() => `${source.machineId()}:${hostname()}`),
  pidNamespace: once(source.pidNamespace),
  monotonicMs: () => Number(process.hrtime.bigint() / 1000n) / 1000,
  uid: process.getuid?.() ?? -1,
};

function once(ask: () => string): () => string {
  let known: string | null = null;
  return () => (known ??= ask());
}

function orNothing(ask: () => string): string {
  try {
    return ask().trim();
  } catch {
    return '';
  }
}

function linuxBootId(): string {
  return orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
}

function linuxMachineId(): string {
  return (
    orNothing(() => readFileSync('/etc/machine-id', 'utf8')) ||
    orNothing(() => readFileSync('/var/lib/dbus/machine-id', 'utf8'))
  );
}

function linuxPidNamespace(): string {
  return orNothing(() => namespaceInode(readlinkSync('/proc/self/ns/pid')));
}

/** `pid:[4026531836]` → `4026531836`; '' for anything else (namespaces(7)). */
export function namespaceInode(link: string): string {
  return /^pid:\[(\d+)\]$/.exec(link)?.[1] ?? '';
}

// Unverified: nobody has run the macOS parts of this file yet. libuv's clock there counts sleep.
function macosBootId(): string {
  // kern.boottime moves when the clock is set, so it is the second choice.
  return (
    orNothing(() => run('/usr/sbin/sysctl', '-n', 'kern.bootsessionuuid')) ||
    orNothing(() => run('/usr/sbin/sysctl', '-n', 'kern.boottime'))
  );
}

function macosMachineId(): string {
  const text = orNothing(() => run('/usr/sbin/ioreg', '-rd1', '-c', 'IOPlatformExpertDevice'));
  return /"IOPlatformUUID" = "([^"]+)"/.exec(text)?.[1] ?? '';
}

function run(program: string, ...args: string[]): string {
  return childProcess().execFileSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 5_000,
  });
}
