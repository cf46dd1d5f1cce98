import { dirname } from 'node:path';
import { policies, UsageError, type Settings, type TaskMode } from '@dispatch/core';
import type { NamedAgent, RunRequest } from '@dispatch/runtime';
import { Option } from '../arguments/clipanion.ts';
import { checkCommand, duration, executionMode, oneOfWords } from '../arguments/values.ts';
import { taskModes } from '../arguments/words.ts';
import { tellStarted } from '../follow/started.ts';
import { checkOption } from '../input/check.ts';
import { requireFileOption, requireFolderOption } from '../input/folder.ts';
import { readTaskInput } from '../input/task-input.ts';
import { loadRuntime, openLibrary } from '../library.ts';
import { noInputDescription } from '../input/somebody.ts';
import { DispatchCommand } from './command.ts';

export class RunCommand extends DispatchCommand {
  static override paths = [['run']];
  static override agentArguments = true;
  static override usage = {
    category: 'Tasks',
    description: 'hands a task to an agent, in the background',
    details:
      'A file with checklist items, or named plan.md, is a plan: the task is done when every item is.\n' +
      'Other files and typed prompts are done when the agent says so. What stands behind -- goes to the agent,\n' +
      'in this and every later attempt.\n' +
      'An agent of your own is ended for its silence only where a stall timeout is set.',
    examples: [
      ['a prompt', 'dispatch run --prompt "Fix the failing test in src/parse"'],
      ['a plan, on a chosen agent', 'dispatch run --from plan.md --backend codex'],
      ['look on, detach with Ctrl-C', 'dispatch run --prompt "…" --foreground'],
      ['an agent of the configuration', 'dispatch run --agent reviewer --prompt "Review the last commit"'],
      ['with a skill', 'dispatch run --skill .agents/skills/release --prompt "Release 1.2"'],
      ['the same again on another agent', 'dispatch run --like @last --backend claude'],
      ['the same key never makes a second task', 'dispatch run --from task.md --key nightly-2026-11-21'],
    ] as [string, string][],
  };

  prompt = Option.String('--prompt', { description: 'what is to be done; - reads stdin' });
  from = Option.String('--from', { description: 'the same as a file: a prompt or a plan' });
  mode = Option.String('--mode,--task-mode', {
    description: 'auto (default), direct, plan, discuss: only reads, drafts what resume carries out',
    validator: oneOfWords(taskModes),
  });
  noAgent = Option.Boolean('--no-agent', false, {
    description: 'with --mode discuss: a draft that no agent has worked on',
  });
  agent = Option.String('--agent', {
    description: 'an agent under `agents` of the configuration; what is typed goes before what it says',
  });
  skill = Option.String('--skill', {
    description: 'a skill to go by: a name, a SKILL.md, its folder, or another text',
  });
  backend = Option.String('--backend', {
    description: 'the program: codex, claude, pi, or a name of the configuration',
  });
  model = Option.String('--model', {
    description: 'as the agent names it, or a name or alias of the configuration',
  });
  executionMode = Option.String('--execution-mode', {
    description: 'auto (default: its workspace, no questions), read_only, standard, danger',
    validator: executionMode(),
  });
  effort = Option.String('--effort', { description: 'how hard the model thinks, in the words of the agent' });
  titleText = Option.String('--title', { description: 'instead of the beginning of the prompt' });
  like = Option.String('--like', {
    description: 'the same as that task again, with what is given here changed',
  });
  workspace = Option.String('--workspace', {
    description: 'where the agent works; default the working folder',
  });
  addDirs = Option.Array('--add-dir', [], { description: 'another folder it may write to; more than once' });
  attachments = Option.Array('--attach', [], { description: 'a file to show the model; more than once' });
  allowCommit = Option.Boolean('--allow-commit', false, {
    description: 'let a sandboxed agent write what git needs for a commit',
  });
  appendSystemPrompt = Option.String('--append-system-prompt', { description: 'for agents that take one' });
  timeout = Option.String('--timeout', {
    description: 'ends the attempt after 90s, 20m, 2h; default none',
    validator: duration(),
  });
  stallTimeout = Option.String('--stall-timeout', {
    description: 'ends it with neither a new line nor an open tool call for so long; default 30m',
    validator: duration(),
  });
  onInterrupt = Option.String('--on-interrupt', {
    description: 'after a crash: resume (default; at most twice) or park',
    validator: oneOfWords(policies.on_interrupt),
  });
  leftovers = Option.String('--leftovers', {
    description: 'what outlives the agent: keep (default) or end',
    validator: oneOfWords(policies.leftovers),
  });
  workerTools = Option.String('--worker-tools', {
    description: 'auto (default): an agent that can is handed tools to ask and report with; off',
    validator: oneOfWords(policies.worker_tools),
  });
  verify = Option.String('--verify', {
    description: 'a command that must succeed before the task counts as completed',
    validator: checkCommand(),
  });
  noVerify = Option.Boolean('--no-verify', false, {
    description: 'no check, whatever the configuration says',
  });
  verifyTimeout = Option.String('--verify-timeout', {
    description: 'the check fails after so long; default 30m',
    validator: duration(),
  });
  key = Option.String('--key', { description: 'the same key gives the same task' });
  foreground = Option.Boolean('--foreground', false, { description: 'show the work; Ctrl-C detaches' });
  noInput = Option.Boolean('--no-input', false, { description: noInputDescription });
  agentArgs = Option.Rest({ name: 'args' });

  override async execute(): Promise<number> {
    const { runtime, surroundings } = await loadRuntime(this.context);
    const request = this.like === undefined ? await this.#request() : await this.#like(this.like);
    const started = await runtime.createTask(surroundings, request);
    return tellStarted(this.context, started, { follows: this.foreground, noInput: this.noInput });
  }

  /** The request of another task under what was typed. */
  async #like(id: string): Promise<RunRequest> {
    const { runtime, dispatcher, idOf } = await openLibrary(this.context);
    const { prompt, from, mode = 'auto' } = this;
    if (this.agent !== undefined)
      throw new UsageError(
        'invalid_value',
        '--agent and --like exclude each other: a task like another has its agent',
        'Give one of them.',
      );
    const isAnew = prompt !== undefined || from !== undefined;
    const before = runtime.requestLike(dispatcher, idOf(id), {
      hasPrompt: isAnew,
      hasSkill: this.skill !== undefined,
    });
    const input = isAnew
      ? { title: null, ...(await readTaskInput(this.context, { prompt, from, mode })) }
      : mode === 'auto'
        ? {}
        : { task_mode: mode };
    return {
      ...before,
      ...input,
      ...(await this.#onAnother(before)),
      ...this.#typed(mode),
      ...(await this.#skillAt(this.workspace === undefined ? before.workspace : null)),
      settings: { ...before.settings, ...this.#settings() },
      no_agent: this.noAgent,
    };
  }

  /** What was typed in the words of one agent means nothing to another. */
  async #onAnother(before: Pick<RunRequest, 'backend'>): Promise<Partial<RunRequest>> {
    if (this.backend !== undefined && this.backend !== before.backend)
      return { model: null, effort: null, agent_args: [] };
    if (this.backend !== undefined || this.model === undefined) return {};
    const { runtime, surroundings } = await loadRuntime(this.context);
    const isNamed = await runtime.isConfiguredModel(surroundings, this.model);
    return isNamed ? { backend: null, effort: null, agent_args: [] } : {};
  }

  async #request(): Promise<RunRequest> {
    const agent = await this.#namedAgent();
    const { prompt, from, mode = agent?.mode ?? 'auto' } = this;
    return {
      ...(await readTaskInput(this.context, { prompt, from, mode })),
      title: null,
      backend: agent?.backend ?? null,
      model: agent?.model ?? null,
      execution_mode: agent?.execution_mode ?? null,
      workspace: requireFolderOption(this.context.cwd, '.', '--workspace'),
      effort: null,
      add_dirs: [],
      attachments: [],
      allow_commit: false,
      append_system_prompt: null,
      agent_args: [],
      key: null,
      ...(agent === null ? {} : { named_agent: { name: agent.name, place: agent.place } }),
      ...(agent?.guidance ? { guidance: agent.guidance } : {}),
      ...(agent === null ? {} : await this.#onAnother(agent)),
      ...this.#typed(mode),
      ...(await this.#skillAt(null, agent)),
      settings: this.#settings(),
      no_agent: this.noAgent,
    };
  }

  async #namedAgent(): Promise<NamedAgent | null> {
    if (this.agent === undefined) return null;
    const { runtime, surroundings } = await loadRuntime(this.context);
    return runtime.namedAgent(surroundings, this.agent);
  }

  /** The skill that was typed, else that of the agent. `otherwise`: where it works if no workspace was typed. */
  async #skillAt(otherwise: string | null, agent: NamedAgent | null = null): Promise<Partial<RunRequest>> {
    const { cwd } = this.context;
    const wanted = this.skill ?? agent?.skill ?? null;
    if (wanted === null) return {};
    const workspace = otherwise ?? requireFolderOption(cwd, this.workspace ?? '.', '--workspace');
    const search =
      this.skill === undefined && agent !== null
        ? { from: dirname(agent.place), workspace, within: agent.of }
        : { from: cwd, workspace };
    const { readSkill } = await import('../input/skill.ts');
    const { surroundings } = await loadRuntime(this.context);
    return { skill: readSkill(surroundings, wanted, search) };
  }

  /** What was typed beside the prompt and the settings. */
  #typed(mode: 'auto' | TaskMode): Partial<RunRequest> {
    const { cwd } = this.context;
    if (this.agentArgs.some((argument) => argument.includes('\0')))
      throw new UsageError('invalid_value', 'an argument behind -- holds a zero byte');
    if (this.noAgent && mode !== 'discuss')
      throw new UsageError(
        'invalid_value',
        '--no-agent makes a draft, and this is no discussion',
        'Give it with --mode discuss.',
      );
    const folders = this.addDirs.map((folder) => requireFolderOption(cwd, folder, '--add-dir'));
    const files = this.attachments.map((file) => requireFileOption(cwd, file, '--attach'));
    return given({
      title: this.titleText,
      backend: this.backend,
      model: this.model,
      execution_mode: this.executionMode,
      workspace:
        this.workspace === undefined ? undefined : requireFolderOption(cwd, this.workspace, '--workspace'),
      effort: this.effort,
      add_dirs: folders.length === 0 ? undefined : folders,
      attachments: files.length === 0 ? undefined : files,
      allow_commit: this.allowCommit || undefined,
      append_system_prompt: this.appendSystemPrompt,
      agent_args: this.agentArgs.length === 0 ? undefined : this.agentArgs,
      key: this.key,
    });
  }

  /** Only what was typed: the rest is the configuration's to say. */
  #settings(): Partial<Settings> {
    const { timeout, stallTimeout, onInterrupt, leftovers, verifyTimeout, workerTools } = this;
    const verify = checkOption(this.verify, this.noVerify);
    return {
      ...(timeout === undefined ? {} : { timeout_seconds: secondsOf(timeout) }),
      ...(stallTimeout === undefined ? {} : { stall_timeout_seconds: secondsOf(stallTimeout) }),
      ...(onInterrupt === undefined ? {} : { on_interrupt: onInterrupt }),
      ...(leftovers === undefined ? {} : { leftovers }),
      ...(workerTools === undefined ? {} : { worker_tools: workerTools }),
      ...(verify === undefined ? {} : { verify }),
      ...(verifyTimeout === undefined ? {} : { verify_timeout_seconds: secondsOf(verifyTimeout) }),
    };
  }
}

/** Without what is undefined, which would hide what it is laid over. */
function given<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function secondsOf(limit: number | 'none'): number | null {
  return limit === 'none' ? null : limit;
}
