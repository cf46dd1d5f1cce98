import type { TaskMode } from '../records/index.ts';
import { renderCheckpoint, type WorkCheckpoint } from './checkpoint.ts';
import { delimit } from './delimit.ts';
import { fillTemplate } from './fill-template.ts';
import { workerTemplate } from './template.generated.ts';
import { renderUpdates, type Updates } from './updates.ts';

/** Absolute paths: the worker's `PATH` may hold another node, or no dispatch at all. */
export interface AskCommand {
  node: string;
  program: string;
}

/** A skill as the worker is given it. */
export interface SkillToGoBy {
  name: string;
  text: string;
  /** Absolute: where the text stands as a file of the task. */
  path: string;
  /** Absolute; null where the text has no files. */
  folder: string | null;
}

export interface FirstPrompt {
  /** Absolute. */
  taskDir: string;
  /** Absolute: where the request stands as a file. */
  promptPath: string;
  workspaceRoot: string;
  request: string;
  taskMode: TaskMode;
  ask: AskCommand;
  /** Names of the tools that the worker is handed beside files and commands; empty for none. */
  tools: readonly string[];
  /** What the user gave it to go by; none where absent. */
  skill?: SkillToGoBy | null;
  /** What the worker remembers is the history of another task. */
  isFork?: boolean;
  /** What is special about this agent or place, one sentence each. */
  caveats?: readonly string[];
  /** Where the first prompt goes out once more, because the agent does not know the session. */
  updates?: Updates;
  /** Where another worker has been at it whose memory this one does not have. */
  checkpoint?: WorkCheckpoint | null;
  /** The most the agent takes, in UTF-16 units (never less than characters); null for no limit. */
  maxChars: number | null;
}

/**
 * The prompt of a task's first attempt: the worker's rules, then the request, byte for byte.
 * Over `maxChars` the request and the skill are pointed to instead of inlined.
 */
export function renderFirstPrompt(prompt: FirstPrompt): string {
  const whole = render(prompt, true);
  return prompt.maxChars !== null && whole.length > prompt.maxChars ? render(prompt, false) : whole;
}

const forkNote =
  'what you remember is the history of another task. That one is over: its folder and its rules are not yours any more, what you have learned is.';

function render(prompt: FirstPrompt, inline: boolean): string {
  const { taskDir, promptPath, workspaceRoot, request, taskMode, ask, tools } = prompt;
  const { caveats = [], updates = {}, checkpoint = null, isFork = false, skill = null } = prompt;
  const rules = renderRules({ taskDir, workspaceRoot, taskMode, ask, tools });
  const task = inline
    ? `The request of the user:\n${delimit('request', request)}`
    : `The request of the user is too long to stand here. Read all of ${promptPath} before anything else: it is your task.`;
  const news = renderUpdates(updates, { taskDir, inline });
  const notes = [...(isFork ? [forkNote] : []), ...caveats].map((note) => `Note: ${note}`).join('\n');
  const goesBy = skill === null ? '' : renderSkill(skill, inline);
  const before = checkpoint === null ? '' : renderCheckpoint(checkpoint, { taskDir, inline });
  return [rules, notes, goesBy, task, before, ...news].filter((part) => part !== '').join('\n\n') + '\n';
}

function renderSkill({ name, text, path, folder }: SkillToGoBy, inline: boolean): string {
  const files = folder === null ? '' : ` What it names as its own files is in ${folder}, for you to read.`;
  const heading = `For this task the user has given you the skill ${name}.${files}`;
  return inline
    ? `${heading} Go by it:\n${delimit('skill', text)}`
    : `${heading} It is too long to stand here: read all of ${path} before you begin, and go by it.`;
}

/** What a worker goes by in a task mode. */
export function renderRules({
  taskDir,
  workspaceRoot,
  taskMode,
  ask,
  tools,
}: Pick<FirstPrompt, 'taskDir' | 'workspaceRoot' | 'taskMode' | 'ask' | 'tools'>): string {
  return fillTemplate(workerTemplate, {
    values: {
      workspace: workspaceRoot,
      task_dir: taskDir,
      tools: tools.join(', '),
      ask: `${shellQuote(ask.node)} ${shellQuote(ask.program)} ask`,
    },
    sections: {
      plan: taskMode === 'plan',
      direct: taskMode === 'direct',
      discuss: taskMode === 'discuss',
      work: taskMode !== 'discuss',
      tools: tools.length > 0,
    },
  }).trimEnd();
}

/** A path as one word of `sh`, in double quotes where these protect it. */
function shellQuote(path: string): string {
  return /["$`\\!]/.test(path) ? `'${path.replaceAll("'", `'\\''`)}'` : `"${path}"`;
}
