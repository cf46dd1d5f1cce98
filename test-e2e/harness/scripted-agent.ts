import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DispatchOptions } from './dispatch.ts';
import { dispatch } from './dispatch.ts';
import { makeRepo, writeFiles } from './repository.ts';
import type { Ended } from './run.ts';
import type { SandboxHome } from './sandbox-home.ts';
import { createSandboxHome } from './sandbox-home.ts';

/** A store in a repository, and who types there. */
export interface Stage {
  home: SandboxHome;
  cwd: string;
  root: string;
  /** Types a command with `--json`. */
  type(args: string[], options?: Partial<DispatchOptions>): Promise<Ended>;
  taskDir(id: string): string;
  /** The lines of a task's journal, parsed. */
  events(id: string): JournalLine[];
}

export interface JournalLine {
  sequence: number;
  kind: string;
  message: string;
  data: Record<string, unknown>;
  [field: string]: unknown;
}

/** A repository to work in, and the commands that are typed there from a home. */
export function stageIn(home: SandboxHome, cwd: string = makeRepo()): Stage {
  const root = join(cwd, '.dispatch');
  const taskDir = (id: string) => join(root, 'tasks', id);
  return {
    home,
    cwd,
    root,
    type: (args, options = {}) => dispatch([...args, '--json'], { cwd, env: home.env, ...options }),
    taskDir,
    events: (id) => readEvents(taskDir(id)),
  };
}

/** A stage whose one configured agent is a script of the test's own (with its `#!` line); no model is asked. */
export async function stageScriptedAgent(source: string, env: Record<string, string> = {}): Promise<Stage> {
  const home = await createSandboxHome({ modelUrl: 'http://127.0.0.1:9', env });
  const program = home.program('scripted-agent', source);
  writeFiles(join(home.home, '.dispatch'), {
    'config.yaml': `backends:\n  scripted:\n    executable: ${program}\n`,
  });
  return stageIn(home);
}

/** The journal's complete lines that are events. */
export function readEvents(taskDir: string): JournalLine[] {
  const lines = readFileSync(join(taskDir, 'events.jsonl'), 'utf8').split('\n').slice(0, -1);
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as JournalLine];
    } catch {
      return [];
    }
  });
}

/** What a command returned; an error that shows all of it where it failed. */
export function dataOf<T = Reply>(ended: Ended): T {
  const document = ended.json<{ ok: boolean; data?: T }>();
  if (!document.ok) throw new Error(`exit ${ended.exitCode}: ${ended.stdout}${ended.stderr}`);
  return document.data as T;
}

export interface ShownError {
  code: string;
  message: string;
  hint: string | null;
}

/** The error that a command answered with; fails where there was none, or more on stdout than that. */
export function errorOf(ended: Ended): ShownError {
  const document = ended.json<{ ok: boolean; error?: ShownError }>();
  if (document.ok || document.error === undefined) throw new Error(`no error: ${ended.stdout}`);
  return document.error;
}

/** The fields of a reply about one task that tests look at. */
export interface Reply {
  task_id: string;
  created: boolean;
  status: string;
  why: string | null;
  sandbox: string | null;
  start_hint: string | null;
  confirmed: boolean;
  detail: string | null;
  damage: string | null;
  position: string;
  task: ShownTask;
}

export interface ShownTask {
  id: string;
  status: string;
  reason: string;
  detail: string | null;
  attempt_alive: boolean | null;
  liveness: { state: string; how: string };
  execution_mode: string;
  session: { locator: { kind: string; value: string }; given_up: boolean } | null;
  damage: { what: string; path: string | null }[];
  attempts: {
    attempt: number;
    attempt_nonce: string;
    cause: string;
    phase: string;
    outcome: string | null;
    exit_code: number | null;
    execution_mode: string;
    environment_changed: string[];
    claim: { pid: number | null } | null;
    leader: { pid: number } | null;
    leftovers: { pid: number }[];
  }[];
}
