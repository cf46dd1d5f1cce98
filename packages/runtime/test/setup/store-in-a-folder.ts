import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  highestLink,
  systemClock,
  takeLink,
  type AnyEvent,
  type AskCommand,
  type Clock,
  type Task,
} from '@dispatch/core';
import {
  createTask,
  openDispatcher,
  readLease,
  supervise,
  surroundingsOf,
  thisMachine,
  type Dispatcher,
  type MachineProbe,
  type RunRequest,
  type StartedTask,
  type Surroundings,
} from '../../src/index.ts';
import { findMarked, lookAtProcesses, signalProcess } from '../../src/processes/index.ts';
import { needsSupervisor } from '../../src/supervisor/work.ts';
import { damagedOnPurpose, keepStores } from '../../../../scripts/test/keep-stores.mjs';
import { until } from './until.ts';

/** A program that does nothing: whoever is told to start a supervisor starts none. */
export const nobody: AskCommand = { node: '/bin/true', program: '/bin/true' };

export type RunWish = Partial<RunRequest>;

/** A workspace with its store, a home of its own, and agents that are shell scripts. */
export class StoreInAFolder {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-store-')));
  readonly home = join(this.folder, 'home');
  readonly workspace = join(this.folder, 'work');
  root = join(this.workspace, '.dispatch');
  program: AskCommand;
  machine: MachineProbe = thisMachine();
  clock: Clock = systemClock;
  environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: this.folder,
    DISPATCH_HOME: this.home,
  };
  readonly #backends: Record<string, unknown> = {};
  readonly #here: Promise<void>[] = [];

  constructor(program: AskCommand = nobody) {
    this.program = program;
    for (const folder of [this.home, this.workspace, join(this.folder, 'bin')])
      mkdirSync(folder, { mode: 0o700 });
  }

  /** Adds a backend whose executable is this script. `args` make it the owner of a session where they name one. */
  agent(
    name: string,
    script: string,
    { args = [], type = 'generic' }: { args?: string[]; type?: string } = {},
  ): string {
    const executable = join(this.folder, 'bin', name);
    writeFileSync(executable, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    this.#backends[name] = { executable, args, type };
    writeFileSync(join(this.home, 'config.yaml'), JSON.stringify({ backends: this.#backends }));
    return executable;
  }

  surroundings(change: { environment?: Record<string, string>; machine?: MachineProbe } = {}): Surroundings {
    return surroundingsOf({
      cwd: this.workspace,
      environment: { ...this.environment, ...change.environment },
      root: this.root,
      program: this.program,
      machine: change.machine ?? this.machine,
      clock: this.clock,
    });
  }

  dispatcher(change: { environment?: Record<string, string>; machine?: MachineProbe } = {}): Dispatcher {
    return openDispatcher(this.surroundings(change));
  }

  /** Runs a script as a new task of a generic agent, or of the agent that `wish` names. */
  async run(script: string, wish: RunWish = {}): Promise<StartedTask> {
    const backend = wish.backend ?? 'agent';
    if (script !== '') this.agent(backend, script);
    return createTask(this.surroundings(), {
      prompt: 'do it',
      source: 'inline_prompt',
      plan: null,
      task_mode: 'direct',
      no_agent: false,
      title: null,
      backend,
      model: null,
      execution_mode: 'auto',
      workspace: this.workspace,
      key: null,
      effort: null,
      add_dirs: [],
      attachments: [],
      allow_commit: false,
      append_system_prompt: null,
      agent_args: [],
      settings: {},
      ...wish,
    });
  }

  task(id: string): Task {
    const { task } = this.dispatcher().store.journal(id).refresh();
    if (task === null) throw new Error(`task ${id} cannot be read`);
    return task;
  }

  events(id: string): AnyEvent[] {
    return this.dispatcher().store.journal(id).eventsAfter().events;
  }

  kinds(id: string): string[] {
    return this.events(id).map(({ kind }) => kind);
  }

  /** Until the journal shows the task so. */
  async shows(id: string, what: string, condition: (task: Task) => boolean, seconds = 15): Promise<Task> {
    let last: Task | null = null;
    try {
      return await until(what, () => (condition((last = this.task(id))) ? last : null), seconds);
    } catch (error) {
      throw new Error(`${what}; it is ${JSON.stringify(last, ['status', 'reason', 'detail'])}`, {
        cause: error,
      });
    }
  }

  async becomes(id: string, status: Task['status'], seconds = 15): Promise<Task> {
    return this.shows(id, `the task to be ${status}`, (task) => task.status === status, seconds);
  }

  /** For a test that writes what dispatch never would: its store is not held against the schemas. */
  damagedOnPurpose(): void {
    writeFileSync(join(this.root, damagedOnPurpose), '');
  }

  /** The pid of the store's supervisor, or null. */
  supervisor(): number | null {
    const lease = readLease(this.dispatcher());
    return lease.kind === 'held' ? lease.pid : null;
  }

  /** Supervises within this process until there is no work left, or `leave` is called. */
  superviseHere(machine: MachineProbe = this.machine): Promise<void> {
    const over = supervise(this.dispatcher({ machine }));
    this.#here.push(over);
    return over;
  }

  /** Supervises within this process until nothing more comes of a task by itself. */
  async carriesOut(id: string, machine: MachineProbe = this.machine): Promise<Task> {
    void this.superviseHere(machine);
    await this.shows(id, 'nothing more to come', (task) => !needsSupervisor(task));
    await this.leave();
    return this.task(id);
  }

  /** Takes the lease from whoever has it, and waits until those within this process have seen that. */
  async leave(): Promise<void> {
    const { layout } = this.dispatcher().store;
    const epoch = highestLink(layout.lease)?.epoch ?? 0;
    takeLink(layout.lease, epoch + 1, { released: true, by: process.pid });
    writeFileSync(join(layout.active, 'look'), '');
    rmSync(join(layout.active, 'look'));
    await Promise.all(this.#here.splice(0));
  }

  /** Processes that carry the mark of one of the store's tasks. */
  processes(id: string, root = this.root): { pid: number; start_time: string; command: string }[] {
    const search = { taskId: id, rootPath: root, uid: this.machine.uid, recorded: [] };
    return findMarked(lookAtProcesses(), search);
  }

  /** Whether the agent itself is there: before it the launcher has short steps of its own. */
  runs(id: string, program: string): boolean {
    return this.processes(id).some(({ command }) => command.startsWith(program));
  }

  /** Ends the supervisor and every agent that the test has started, and removes the folder. */
  async remove(): Promise<void> {
    if (this.#here.length > 0) await this.leave();
    await until('everything of the test to end', () => {
      const left = [...lookAtProcesses().entries.values()].filter(
        ({ pid, state }) => !/^[ZX]/.test(state) && this.#isOurs(pid),
      );
      for (const found of left) signalProcess(found, 'SIGKILL');
      return left.length === 0;
    });
    keepStores(this.folder);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** By the home that only this store's processes were given. */
  #isOurs(pid: number): boolean {
    if (pid === process.pid) return false;
    try {
      return environmentOf(pid).includes(`DISPATCH_HOME=${this.home}`);
    } catch {
      return false;
    }
  }
}

function environmentOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
}
