import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Place, runIn } from '../faults/boot.ts';
import { faultEnvironment, type Faults } from '../faults/faults.ts';
import {
  createSandboxHome,
  dispatchProgram,
  type Ended,
  killAll,
  makeRepo,
  type ModelServer,
  startProgram,
  temporaryFolder,
} from '../harness/index.ts';
import { type AgentName, isReal, writeWorker } from './agents.ts';

/** What the worlds of a test file share: a copy of the program, which no build replaces meanwhile, and the model. */
export interface Bed {
  folder: string;
  program: string;
  model: ModelServer;
  /** A repository that each world gets a copy of. */
  template: string;
}

/** Makes a bed; `cleanUp` of the harness removes it. */
export function makeBed(model: ModelServer): Bed {
  const folder = temporaryFolder('crash');
  const program = join(folder, 'packages/cli/dist/bin.cjs');
  cpSync(dirname(dispatchProgram), dirname(program), { recursive: true });
  return { folder, program, model, template: makeRepo() };
}

/** A command as it was typed and what came of it. */
export interface Typed extends Pick<Ended, 'exitCode' | 'signal' | 'stdout' | 'stderr'> {
  args: string[];
  /** The document that it printed, or null where it printed none. */
  document: Document | null;
}

export interface Document {
  ok: boolean;
  data?: Record<string, unknown>;
  error?: { code: string; message: string };
}

let worlds = 0;

/** One user, one workspace, one store and one agent, all of their own. */
export class World {
  readonly agent: AgentName;
  readonly bed: Bed;
  readonly tag: string;
  readonly base: string;
  readonly workspace: string;
  readonly root: string;
  readonly home: string;
  /** For what the tests keep beside: fault logs, recordings, gates. */
  readonly beside: string;
  readonly typed: Typed[] = [];
  readonly env: Record<string, string>;
  /** Faults under which every command of this world is typed. */
  standing: Omit<Faults, 'roots'> | null = null;

  /** Where every command of this world is typed, if not here and now: after another boot. */
  place: Place | null = null;

  private constructor(bed: Bed, agent: AgentName, base: string, env: Record<string, string>) {
    this.bed = bed;
    this.agent = agent;
    this.base = base;
    this.tag = base.slice(base.lastIndexOf('-') + 1);
    this.workspace = join(base, 'stage/workspace');
    this.root = join(this.workspace, '.dispatch');
    this.home = join(base, 'user/dispatch');
    this.beside = join(base, 'beside');
    this.env = { ...env, DISPATCH_HOME: this.home };
  }

  static async make(bed: Bed, agent: AgentName): Promise<World> {
    const base = mkdtempSync(join(bed.folder, `world${++worlds}-`));
    const real = isReal(agent);
    const env = real
      ? (await createSandboxHome({ modelUrl: bed.model.url })).env
      : { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: join(base, 'user') };
    const world = new World(bed, agent, base, env);
    for (const folder of [world.home, world.beside, dirname(world.workspace)])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    cpSync(bed.template, world.workspace, { recursive: true });
    writeWorker(world);
    return world;
  }

  /** Types a command to its end. Faults meet only processes that `faults.process` names. */
  async type(args: string[], faults = this.standing): Promise<Typed> {
    const env = faults === null ? this.env : this.withFaults(faults);
    const typed: Typed = { ...(await this.#run([this.bed.program, ...args, '--json'], env)), args };
    this.typed.push(typed);
    return typed;
  }

  async #run(argv: string[], env: Record<string, string>): Promise<Omit<Typed, 'args'>> {
    if (this.place !== null) {
      const outcome = await runIn(this.place, [process.execPath, ...argv], {
        cwd: this.workspace,
        env,
        timeout: 90_000,
      });
      return { ...outcome, document: documentOf(outcome.stdout) };
    }
    const started = startProgram(process.execPath, argv, {
      cwd: this.workspace,
      env,
      timeoutMs: 90_000,
    });
    const ended = await started.ended;
    return { ...ended, document: documentOf(ended.stdout) };
  }

  withFaults(faults: Omit<Faults, 'roots'>): Record<string, string> {
    const roots = [dirname(this.workspace), dirname(this.home)];
    return faultEnvironment({ roots, ...faults }, this.env) as Record<string, string>;
  }

  /** Lines that the worker's tool has written, one for each run of it. */
  worklog(): string[] {
    const path = this.path('work.log');
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
  }

  path(name: string): string {
    return join(this.beside, name);
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  /** Holds the worker at a gate of its tool, or the check, or lets it go on. */
  hold(gate: 'model' | 'tool' | 'check', held: boolean): void {
    if (held) writeFileSync(this.path(`hold-${gate}`), '');
    else rmSync(this.path(`hold-${gate}`), { force: true });
    if (!held) this.bed.model.release(`${gate} ${this.tag}`);
  }

  holds(gate: 'model' | 'tool'): boolean {
    return this.has(`hold-${gate}`);
  }

  /** The commands so far, as a reader of a failure would type them again. */
  story(): string {
    return this.typed
      .map(({ args, exitCode, signal, stdout, stderr }) => {
        const end = signal ?? exitCode;
        return `$ dispatch ${args.join(' ')}  -> ${end} ${brief(stdout)} ${brief(stderr)}`;
      })
      .join('\n');
  }

  /** Kills what is left and removes everything, unless DISPATCH_KEEP=1. */
  async dispose(): Promise<void> {
    const inside = (path = '') => path === this.base || path.startsWith(`${this.base}/`);
    const own = (path = '') => path !== '' && path === this.env.HOME;
    await killAll(({ env, cwd }) => inside(env.DISPATCH_HOME) || inside(cwd) || own(env.HOME));
    if (process.env.DISPATCH_KEEP === '1') return;
    for (const folder of [this.base, this.env.HOME ?? this.base])
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** The rows of a command that lists. */
export function rowsOf({ document }: Typed): Record<string, unknown>[] {
  const data: unknown = document?.data;
  return Array.isArray(data) ? (data as Record<string, unknown>[]) : [];
}

function documentOf(stdout: string): Document | null {
  try {
    return JSON.parse(stdout) as Document;
  } catch {
    return null;
  }
}

function brief(text: string): string {
  const line = text.trim().replaceAll('\n', ' ');
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
