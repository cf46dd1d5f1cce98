import { suggestName, UsageError } from '@dispatch/core';
import type { CommandClass } from './command.ts';

/** Each command, loaded when it is typed; some are two words. */
const loaders: Readonly<Record<string, () => Promise<CommandClass>>> = {
  run: async () => (await import('./run.ts')).RunCommand,
  template: async () => (await import('./template.ts')).TemplateCommand,
  list: async () => (await import('./list.ts')).ListCommand,
  inspect: async () => (await import('./inspect.ts')).InspectCommand,
  status: async () => (await import('./status.ts')).StatusCommand,
  wait: async () => (await import('./wait.ts')).WaitCommand,
  watch: async () => (await import('./watch.ts')).WatchCommand,
  ack: async () => (await import('./ack.ts')).AckCommand,
  logs: async () => (await import('./logs.ts')).LogsCommand,
  events: async () => (await import('./events.ts')).EventsCommand,
  result: async () => (await import('./result.ts')).ResultCommand,
  questions: async () => (await import('./questions.ts')).QuestionsCommand,
  answer: async () => (await import('./answer.ts')).AnswerCommand,
  resume: async () => (await import('./resume.ts')).ResumeCommand,
  fork: async () => (await import('./fork.ts')).ForkCommand,
  enter: async () => (await import('./enter.ts')).EnterCommand,
  adopt: async () => (await import('./adopt.ts')).AdoptCommand,
  cancel: async () => (await import('./cancel.ts')).CancelCommand,
  start: async () => (await import('./start.ts')).StartCommand,
  ask: async () => (await import('./ask.ts')).AskCommand,
  ready: async () => (await import('./ready.ts')).ReadyCommand,
  mcp: async () => (await import('./mcp.ts')).McpCommand,
  backends: async () => (await import('./backends.ts')).BackendsCommand,
  'config show': async () => (await import('./config/show.ts')).ConfigShowCommand,
  'config path': async () => (await import('./config/path.ts')).ConfigPathCommand,
  'config validate': async () => (await import('./config/validate.ts')).ConfigValidateCommand,
  'config bootstrap': async () => (await import('./config/bootstrap.ts')).ConfigBootstrapCommand,
  'config set-default': async () => (await import('./config/edits.ts')).ConfigSetDefaultCommand,
  'config add-backend': async () => (await import('./config/edits.ts')).ConfigAddBackendCommand,
  'config remove-backend': async () => (await import('./config/edits.ts')).ConfigRemoveBackendCommand,
  'config add-model': async () => (await import('./config/edits.ts')).ConfigAddModelCommand,
  'config remove-model': async () => (await import('./config/edits.ts')).ConfigRemoveModelCommand,
  'config add-alias': async () => (await import('./config/edits.ts')).ConfigAddAliasCommand,
  'config remove-alias': async () => (await import('./config/edits.ts')).ConfigRemoveAliasCommand,
  'config add-agent': async () => (await import('./config/edit-agents.ts')).ConfigAddAgentCommand,
  'config remove-agent': async () => (await import('./config/edit-agents.ts')).ConfigRemoveAgentCommand,
  prompt: async () => (await import('./prompt.ts')).PromptCommand,
  integrate: async () => (await import('./integrate.ts')).IntegrateCommand,
  trust: async () => (await import('./trust.ts')).TrustCommand,
  init: async () => (await import('./init.ts')).InitCommand,
  prune: async () => (await import('./prune.ts')).PruneCommand,
  open: async () => (await import('./open.ts')).OpenCommand,
  export: async () => (await import('./export.ts')).ExportCommand,
  doctor: async () => (await import('./doctor.ts')).DoctorCommand,
  supervise: async () => (await import('./supervise.ts')).SuperviseCommand,
  completion: async () => (await import('./completion.ts')).CompletionCommand,
  version: async () => (await import('./version.ts')).VersionCommand,
  help: async () => (await import('./help.ts')).HelpCommand,
};

/** Started by shells, agents and other commands, never typed. */
const hidden: typeof loaders = {
  hook: async () => (await import('./hook.ts')).HookCommand,
  examine: async () => (await import('./examine.ts')).ExamineCommand,
  'worker-mcp': async () => (await import('./worker-mcp.ts')).WorkerMcpCommand,
  complete: async () => (await import('./complete.ts')).CompleteCommand,
};

export const commandNames: readonly string[] = Object.keys(loaders);

/** The second words of the commands that begin with this one; empty where there are none. */
export function subCommandsOf(word: string): string[] {
  return commandNames.flatMap((name) => (name.startsWith(`${word} `) ? [name.slice(word.length + 1)] : []));
}

/** Null where there is no such command. */
export async function loadCommand(word: string): Promise<CommandClass | null> {
  for (const table of [loaders, hidden]) if (Object.hasOwn(table, word)) return table[word]!();
  return null;
}

/** Throws UsageError `unknown_command`. */
export async function commandOf(name: string): Promise<CommandClass> {
  const found = await loadCommand(name);
  if (found !== null) return found;
  throw new UsageError(
    'unknown_command',
    `there is no command ${JSON.stringify(name)}`,
    `${suggestName(name, commandNames)} Form: dispatch COMMAND [options]`,
  );
}

/** Every command that people are shown, in the order of `--help`. */
export async function loadCommands(): Promise<CommandClass[]> {
  return Promise.all(Object.values(loaders).map((load) => load()));
}
