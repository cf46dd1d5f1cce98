import type { CommandClass } from './command.ts';

/** One file a command, loaded when its word is typed. */
const loaders: Readonly<Record<string, () => Promise<CommandClass>>> = {
  run: async () => (await import('./run.ts')).RunCommand,
  list: async () => (await import('./list.ts')).ListCommand,
  inspect: async () => (await import('./inspect.ts')).InspectCommand,
  status: async () => (await import('./status.ts')).StatusCommand,
  wait: async () => (await import('./wait.ts')).WaitCommand,
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
  backends: async () => (await import('./backends.ts')).BackendsCommand,
  init: async () => (await import('./init.ts')).InitCommand,
  doctor: async () => (await import('./doctor.ts')).DoctorCommand,
  help: async () => (await import('./help.ts')).HelpCommand,
};

/** Started by other commands, never typed. */
const hidden: typeof loaders = {
  supervise: async () => (await import('./supervise.ts')).SuperviseCommand,
};

export const commandNames: readonly string[] = Object.keys(loaders);

/** Null where there is no such command. */
export async function loadCommand(word: string): Promise<CommandClass | null> {
  for (const table of [loaders, hidden]) if (Object.hasOwn(table, word)) return table[word]!();
  return null;
}

/** Every command that people are shown, in the order of `--help`. */
export async function loadCommands(): Promise<CommandClass[]> {
  return Promise.all(Object.values(loaders).map((load) => load()));
}
