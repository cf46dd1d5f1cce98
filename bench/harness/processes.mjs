import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';

const ticksPerSecond = 100;

/** Runs a program to its end. Milliseconds from before the spawn to the news of the exit. */
export function timed(program, args, { cwd, env, stdio = 'ignore' }) {
  const began = performance.now();
  const child = spawn(program, args, { cwd, env, stdio });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      const ms = performance.now() - began;
      if (code === 0) resolve(ms);
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code ?? signal}`));
    });
  });
}

/** Runs a program to its end and returns what it printed. */
export async function output(program, args, { cwd, env }) {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const parts = { stdout: [], stderr: [] };
  child.stdout.on('data', (part) => parts.stdout.push(part));
  child.stderr.on('data', (part) => parts.stderr.push(part));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const text = (name) => Buffer.concat(parts[name]).toString('utf8');
  if (code !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${code}\n${text('stdout')}${text('stderr')}`);
  return text('stdout');
}

/** Seconds of CPU that a process, threads included, has used so far: proc(5), utime and stime. Counted in 10 ms. */
export function cpuSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** `VmRSS` or `VmHWM`, in MiB. */
export function memoryMiB(pid, field) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)[1]) / 1024;
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export function killQuietly(pid, signal = 'SIGKILL') {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.errno !== -constants.errno.ESRCH) throw error;
  }
}

/** Pids of the living processes that were started with `NAME=value`. */
export function pidsWithVariable(name, value) {
  const sought = `${name}=${value}`;
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      try {
        return readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0').includes(sought);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Polls until `condition` gives something; for what is not itself being timed. */
export async function until(condition, what, { timeoutMs = 60_000, everyMs = 20 } = {}) {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = condition();
    if (value) return value;
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await pause(everyMs);
  }
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
