import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Conversation, ModelServer } from '../model/index.ts';
import { userTexts } from '../model/index.ts';
import { dispatch, startDispatch } from './dispatch.ts';
import { makeRepo } from './repository.ts';
import type { Ended, Started } from './run.ts';
import type { ClaudeVersion, PiVersion, SandboxHome } from './sandbox-home.ts';
import { createSandboxHome } from './sandbox-home.ts';

export type AgentName = 'codex' | 'claude' | 'pi' | 'cursor-agent';
export const bothAgents: { agent: AgentName }[] = [{ agent: 'codex' }, { agent: 'claude' }];

/** As much of a task as the tests read. */
export interface SeenTask {
  id: string;
  status: string;
  reason: string;
  detail: string | null;
  execution_mode: string;
  task_mode: string;
  prompt_bytes: number;
  attempt_alive: boolean | null;
  pending_question_count: number;
  session: { locator: { kind: string; value: string }; established: boolean } | null;
  questions: SeenQuestion[];
  attempts: SeenAttempt[];
  artifacts: Record<'plan_file' | 'output_file' | 'context_file' | 'mailbox_dir' | 'outputs_dir', string>;
}

export interface SeenQuestion {
  sequence: string;
  question: string;
  answered_by: string | null;
  taken_by: string | null;
}

export interface SeenAttempt {
  attempt: number;
  cause: string;
  automatic: boolean;
  outcome: string | null;
  resumes_session: boolean;
  exit_code: number | null;
  stdout_path: string;
  leftovers: { pid: number }[];
}

/** What a command printed with `--json`, and how it ended. */
export type Printed<T> = { exitCode: number | null } & (
  | { ok: true; data: T; error?: undefined }
  | { ok: false; error: { code: string; message: string; hint: string | null }; data?: undefined }
);

/** A home, a repository and one agent: where the commands of one test are typed. */
export interface Stage {
  agent: AgentName;
  home: SandboxHome;
  repo: string;
  /** The store that `run` makes here. */
  root: string;
  /** One command, for people. */
  type(args: string[], options?: { input?: string }): Promise<Ended>;
  /** One command, left running. */
  begin(args: string[]): Started;
  /** One command with `--json`. */
  ask<T = { task: SeenTask }>(...args: string[]): Promise<Printed<T>>;
  /** As `ask`; fails unless the command answered `ok` with this exit status (default 0). */
  get<T = { task: SeenTask }>(args: string[], exitCode?: number): Promise<T>;
  /** `run --backend AGENT …` in the background; returns the task's id. */
  run(...args: string[]): Promise<string>;
  /** The task as `status` shows it. */
  status(id: string): Promise<SeenTask>;
}

/** Sets the stage; `env` is added to what every command of it is typed in. */
export async function setStage(
  model: ModelServer,
  agent: AgentName,
  {
    env = {},
    files = {},
    pi = '0.73.1',
    claude = '2.1.328',
  }: {
    env?: Record<string, string>;
    files?: Record<string, string>;
    pi?: PiVersion;
    claude?: ClaudeVersion;
  } = {},
): Promise<Stage> {
  const home = await createSandboxHome({ modelUrl: model.url, env, pi, claude });
  const repo = makeRepo({ 'a.txt': 'one\ntwo\n', ...files });
  const place = { cwd: repo, env: home.env };
  const stage: Stage = {
    agent,
    home,
    repo,
    root: join(repo, '.dispatch'),
    type: (args, { input } = {}) => dispatch(args, { ...place, ...(input === undefined ? {} : { input }) }),
    begin: (args) => startDispatch(args, place),
    async ask<T>(...args: string[]) {
      const ended = await dispatch(['--json', ...args], place);
      return Object.assign(ended.json<Printed<T>>(), { exitCode: ended.exitCode });
    },
    async get<T>(args: string[], exitCode = 0) {
      const printed = await stage.ask<T>(...args);
      if (!printed.ok || printed.exitCode !== exitCode)
        throw new Error(`${args.join(' ')} gave ${JSON.stringify(printed).slice(0, 3000)}`);
      return printed.data;
    },
    async run(...args) {
      const { task_id } = await stage.get<{ task_id: string }>(['run', '--backend', agent, ...args]);
      return task_id;
    },
    status: (id) => stage.get<SeenTask>(['status', id]),
  };
  return stage;
}

/** The `ask` command in the very words of the prompt that the agent was given. */
export function askCommandIn(conversation: Conversation): string {
  const found = /^ {2}(.+ ask) "your question"$/m.exec(userTexts(conversation)[0] ?? '');
  if (found?.[1] === undefined) throw new Error('the prompt names no command to ask with');
  return found[1];
}

/** The task's folder, as the prompt names it. */
export function taskFolderIn(conversation: Conversation): string {
  const found = /^Its folder is (.+): there you write/m.exec(userTexts(conversation)[0] ?? '');
  if (found?.[1] === undefined) throw new Error('the prompt names no task folder');
  return found[1];
}

/** The agent has lost what it kept of its sessions; pi that of one. */
export function forgetSessions(stage: Stage, locator: string): void {
  const { codexHome, claudeConfigDir } = stage.home;
  if (stage.agent === 'pi') return rmSync(locator);
  if (stage.agent === 'claude') return rmSync(join(claudeConfigDir, 'projects'), { recursive: true });
  rmSync(join(codexHome, 'sessions'), { recursive: true });
  for (const name of readdirSync(codexHome))
    if (/\.sqlite/.test(name)) rmSync(join(codexHome, name), { force: true });
}
