import type { ToolWords } from './tools.ts';

/** What is said of a tool that its command does not say. Its arguments, its words and its output are the command's. */
export interface HostTool {
  title: string;
  /** When to call it, and what comes next. */
  guide: string;
  annotations: ToolWords['annotations'];
  /** What the field is named that holds the command's list: the output of a tool is an object. */
  wraps?: string;
  /** Fields of the output that only repeat others. */
  omits?: readonly string[];
  /** Fields that the tool adds, with what they say. */
  adds?: Readonly<Record<string, string>>;
  /** Set where what agents write is handed on, of any length: where all of it is, and a list that is as long as it comes. */
  cut?: { whole: string; list?: string };
  /** Options that mean nothing to other tools. */
  offers?: readonly string[];
  /** Options that are given where the caller gives none. */
  defaults?: Readonly<Record<string, number>>;
}

const reads = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
/** An agent goes to work: what it does is as far-reaching as its mode lets it be. */
const works = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true };

/** A command becomes a tool by a line here and `npm run generate`. */
export const hostTools: Readonly<Record<string, HostTool>> = {
  run: {
    title: 'Start a task',
    guide:
      'Returns at once with task_id; tell the user the id, the agent and each of notices, then call wait. Pass a key of ' +
      'your own: the same call with the same key gives the same task, whatever was cut off.',
    annotations: works,
  },
  wait: {
    title: 'Wait for tasks',
    guide:
      'Blocks until then, or for as long as your client lets a call take; where timed_out is true, call it again: nothing ' +
      'is missed. Then by status: awaiting_user with reason question: questions; completed: result; failed: detail and hint.',
    annotations: reads,
    omits: ['task_id', 'status', 'task'],
    adds: { note: 'what to do where the time was over' },
  },
  questions: {
    title: 'Read open questions',
    guide: 'Put each to the user, and hand on what they say by answer.',
    annotations: reads,
    wraps: 'tasks',
  },
  answer: {
    title: 'Answer a question',
    guide: 'Set resume, so that a worker that has stopped goes on. Then wait again.',
    annotations: { ...works, destructiveHint: false },
  },
  result: {
    title: 'Read the result',
    guide: 'For a task that is completed or failed.',
    annotations: reads,
    cut: {
      whole: 'output_path is the file of output, and `dispatch --json result ID` prints all',
      list: 'files_changed',
    },
    adds: { cut: 'what was left out for its length, and where it is' },
  },
  resume: {
    title: 'Continue a task',
    guide: 'For the next turn, and for a task that stopped; only where the user wants it. Then wait.',
    annotations: works,
  },
  cancel: {
    title: 'Cancel a task',
    guide: 'Only where the user wants it.',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  },
  list: {
    title: 'List tasks',
    guide:
      'To find an id, or what is going on; with unacknowledged, what has ended or waits and was not taken note of by ack. ' +
      'The newest 20, unless limit says another number.',
    annotations: reads,
    wraps: 'tasks',
    defaults: { limit: 20 },
  },
  ack: {
    title: 'Take note of what was told',
    guide:
      'After you have told the user what list with unacknowledged gave: the id, and the position of that row, so that what ' +
      'has come since is told the next time.',
    offers: ['--all'],
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  },
  inspect: {
    title: 'Inspect a task',
    guide: 'To see how it stands now, or why it is as it is.',
    annotations: reads,
  },
  logs: {
    title: 'Read what the agent said and did',
    guide:
      'The newest 40 steps, unless limit or after says otherwise; position of the answer is the next after. The same for ' +
      'people is the resource dispatch://tasks/{id}/transcript.',
    annotations: reads,
    cut: { whole: '`dispatch --json logs ID` prints all, after and limit as here' },
    adds: { cut: 'what was left out for its length, and where it is' },
    defaults: { limit: 40 },
  },
  events: {
    title: 'Read the journal of a task',
    guide: 'The newest 40, unless limit or after says otherwise; the position of the last is the next after.',
    annotations: reads,
    wraps: 'events',
    defaults: { limit: 40 },
  },
  ready: {
    title: 'See what could be started',
    guide: 'Call it once before the first run.',
    annotations: reads,
  },
};

/** Options that no tool has, unless it says so, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  '--foreground':
    'a call that blocks for as long as a task takes outlives no client; wait can be called again',
  '--follow': 'the same',
  '--watch': 'the same',
  '--no-input': 'nobody is asked where a tool is called',
  '--raw': 'an answer is a document, and this is none',
  '--stderr': 'the same',
  '--all': 'what is answered fills the context of a model: limit says how much',
};
