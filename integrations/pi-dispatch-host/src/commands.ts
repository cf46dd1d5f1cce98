/**
 * How the words behind `/dispatch NAME` are read. `words`: as a shell would, and handed on. `task`: the same, with the
 * selected task where no id stands first. `prompt`: options, then a text that is the prompt. `text`: an id or none,
 * options, then a text for `option`. `own`: of this extension. `elsewhere`: not here, and why.
 */
export type CommandForm = { says: string } & (
  | { takes: 'words' | 'task' | 'own' }
  | { takes: 'prompt' | 'text'; option: '--prompt' | '--message' }
  | { takes: 'elsewhere'; why: string }
);

const needsTerminal = 'it needs a terminal of its own: type it in a shell';

export const hostCommands: Readonly<Record<string, CommandForm>> = {
  run: { takes: 'prompt', option: '--prompt', says: 'hands a task to an agent, in the background' },
  answer: { takes: 'text', option: '--message', says: "answers a worker's question" },
  resume: { takes: 'text', option: '--message', says: 'goes on with a task' },
  status: { takes: 'task', says: 'a task, and selects it' },
  inspect: { takes: 'task', says: 'a task, its open questions and newest events' },
  questions: { takes: 'task', says: 'open questions' },
  events: { takes: 'task', says: "a task's journal" },
  logs: { takes: 'task', says: 'what the agent said and did' },
  result: { takes: 'task', says: 'what came of a task' },
  list: { takes: 'words', says: 'the tasks, newest first' },
  wait: { takes: 'task', says: 'tells you when a task is done or needs you' },
  ack: { takes: 'words', says: 'takes note of what has ended or waits' },
  cancel: { takes: 'task', says: 'ends a task with its whole process tree' },
  fork: { takes: 'text', option: '--prompt', says: 'a new task that remembers all that this one does' },
  start: { takes: 'task', says: 'starts what was only recorded' },
  ready: { takes: 'words', says: 'whether a task could be started now, and by whom' },
  backends: { takes: 'words', says: 'every agent, what it can do, logged in or not' },
  config: { takes: 'words', says: 'show, path, validate, set-default, add-…, remove-…' },
  template: { takes: 'words', says: 'a plan to fill in' },
  close: { takes: 'own', says: 'puts the widget away; nothing happens to the task' },
  which: { takes: 'own', says: 'which dispatch is used, and why' },
  adopt: { takes: 'words', says: 'makes a task of a session that was begun by hand' },
  open: { takes: 'task', says: 'opens the folder of a task' },
  export: { takes: 'task', says: 'everything about a task in one text' },
  trust: { takes: 'words', says: "accepts the store's config as it stands" },
  init: { takes: 'words', says: 'makes the store' },
  prune: { takes: 'words', says: 'removes tasks that are over and old' },
  doctor: { takes: 'words', says: 'finds and repairs what a crash or a hand left' },
  prompt: { takes: 'words', says: 'what an agent is told' },
  version: { takes: 'words', says: 'the version' },
  help: { takes: 'words', says: 'help on one command' },
  integrate: { takes: 'words', says: 'puts dispatch into a host' },
  enter: { takes: 'elsewhere', says: "opens the agent's own program", why: needsTerminal },
  supervise: { takes: 'elsewhere', says: 'looks after the store', why: needsTerminal },
  watch: {
    takes: 'elsewhere',
    says: 'tells what ends or asks',
    why: 'it never returns: the widget follows the task',
  },
  mcp: { takes: 'elsewhere', says: 'tools for a host', why: 'hosts that speak MCP start it themselves' },
  completion: { takes: 'elsewhere', says: 'completion for a shell', why: needsTerminal },
  ask: { takes: 'elsewhere', says: 'for workers', why: 'workers ask, and you answer: /dispatch answer' },
};

/** Options that take a value, of the commands whose text begins behind their options. */
export const valuedHere: readonly string[] = [
  ...['--root', '--prompt', '--from', '--mode', '--task-mode', '--backend', '--model', '--execution-mode'],
  ...[
    '--agent',
    '--skill',
    '--effort',
    '--title',
    '--like',
    '--workspace',
    '--add-dir',
    '--attach',
    '--append-system-prompt',
  ],
  ...[
    '--timeout',
    '--stall-timeout',
    '--on-interrupt',
    '--leftovers',
    '--worker-tools',
    '--verify',
    '--verify-timeout',
    '--key',
  ],
  ...['--message', '--question'],
];

/** Of the same commands, those that stand alone. */
export const aloneHere: readonly string[] = [
  ...[
    '--no-agent',
    '--allow-commit',
    '--no-verify',
    '--resume',
    '--fresh',
    '--force',
    '--no-input',
    '--help',
    '-h',
  ],
];

/** What would never return here, where the widget follows anyway. */
export const neverHere: readonly string[] = ['--follow', '--watch', '--foreground'];
