import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, killQuietly, output, pidsWithVariable, timed, until } from './processes.mjs';

/** A home with a configuration, a workspace, and the store that `dispatch run` makes in it. */
export class BenchStore {
  constructor(bed, backends = {}) {
    this.bed = bed;
    this.folder = bed.newFolder();
    this.home = join(this.folder, 'home');
    this.workspace = join(this.folder, 'workspace');
    this.root = join(this.workspace, '.dispatch');
    this.env = bed.environment({ HOME: this.folder, DISPATCH_HOME: this.home });
    for (const folder of [this.home, this.workspace]) mkdirSync(folder);
    this.configure(backends);
  }

  configure(backends) {
    // JSON is YAML.
    writeFileSync(join(this.home, 'config.yaml'), `${JSON.stringify({ backends }, null, 2)}\n`);
  }

  #how(stdio) {
    return { cwd: this.workspace, env: this.env, stdio };
  }

  /** The whole command, timed from outside. */
  timed(...args) {
    return timed(this.bed.node, [this.bed.program, '--json', ...args], this.#how('ignore'));
  }

  /** Starts a command and does not wait for it. */
  begin(...args) {
    return spawn(this.bed.node, [this.bed.program, '--json', ...args], this.#how('ignore'));
  }

  async dispatch(...args) {
    const text = await output(this.bed.node, [this.bed.program, '--json', ...args], this.#how());
    return JSON.parse(text).data;
  }

  /** Starts a task of a backend; returns its id. */
  async run(backend) {
    const { task_id: id } = await this.dispatch('run', '--backend', backend, '--prompt', 'work');
    return id;
  }

  taskFolder(id) {
    return join(this.root, 'tasks', id);
  }

  taskIds() {
    return readdirSync(join(this.root, 'tasks')).filter((name) => !name.startsWith('.'));
  }

  /** The raw `task.json`. */
  snapshot(id) {
    return JSON.parse(readFileSync(join(this.taskFolder(id), 'task.json'), 'utf8'));
  }

  isOver(id) {
    return ['completed', 'failed', 'cancelled'].includes(this.snapshot(id).status);
  }

  untilOver(id, timeoutMs) {
    return until(() => this.isOver(id), `the end of task ${id}`, { timeoutMs });
  }

  /** Pid of the supervisor, or null. */
  supervisor() {
    const folder = join(this.root, 'supervisor/lease');
    const newest = readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((one, other) => other - one)[0];
    if (newest === undefined) return null;
    const { pid } = JSON.parse(readFileSync(join(folder, String(newest)), 'utf8'));
    return typeof pid === 'number' && isAlive(pid) ? pid : null;
  }

  untilSupervised() {
    return until(() => this.supervisor(), 'a supervisor');
  }

  /** Ends whatever still works for this store, and removes it. */
  async remove() {
    for (let left = true; left;) {
      const pids = [
        ...pidsWithVariable('DISPATCH_HOME', this.home),
        ...pidsWithVariable('DISPATCH_ROOT', this.root),
      ];
      pids.forEach((pid) => killQuietly(pid));
      left = pids.length > 0;
      if (left) await until(() => !pids.some(isAlive), 'the end of what was killed').catch(() => undefined);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A backend of the configuration: a shell that runs `script`. */
export function shellAgent(script) {
  return { type: 'generic', executable: '/bin/sh', args: ['-c', script] };
}
