import { isRecord, textOf } from './envelope.ts';
import { harmlessText } from '../../../packages/cli/src/print/harmless.ts';
import { stateWords } from '../../../packages/cli/src/print/state-words.ts';
import { shortLine } from './short-line.ts';
import { outline } from './outline.ts';
import { nextStep, questionsIn, taskIn, type SeenQuestion, type SeenTask } from './task.ts';

const mostLines = 60;
const newest = 20;

/** What a command printed, as lines for people: the shapes that are looked at often by hand, all others as an outline. */
export function showLines(command: string, data: unknown): string[] {
  const lines = (shows[command] ?? outline)(data);
  const shown = lines.slice(0, mostLines);
  const more = lines.length - shown.length;
  return more === 0 ? shown : [...shown, `… ${more} more lines: type the same as \`dispatch …\` in a shell`];
}

/** As a message of pi's conversation: Markdown in which nothing of the lines is Markdown. */
export function asMessage(typed: string, lines: readonly string[]): string {
  const text = harmlessText([`/dispatch ${shortLine(typed, 100)}`, '', ...lines].join('\n'));
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

const shows: Readonly<Record<string, (data: unknown) => string[]>> = {
  run: startedLines,
  resume: startedLines,
  fork: startedLines,
  adopt: startedLines,
  start: startedLines,
  answer: (data) => [`Answered question ${field(data, 'answered')}.`, ...taskLines(data)],
  status: taskLines,
  cancel: taskLines,
  wait: (data) => rows(data, 'tasks').flatMap((task) => taskLines(task)),
  inspect: (data) => [
    ...taskLines(data),
    ...questionsIn(data).flatMap(questionLines),
    ...eventLines(isRecord(data) ? data.recent_events : []),
  ],
  list: (data) => {
    const tasks = Array.isArray(data) ? data : [];
    const older = tasks.length - newest;
    const lines = tasks.slice(0, newest).map(rowLine);
    if (lines.length === 0) return ['No tasks here.'];
    return older > 0 ? [...lines, `… ${older} older tasks`] : lines;
  },
  questions: (data) => {
    const tasks = Array.isArray(data) ? data.filter(isRecord) : [];
    const lines = tasks.flatMap((task) => [
      `${field(task, 'task_id')}  ${shortLine(field(task, 'task_title'), 80)}`,
      ...questionsIn({ pending_questions: task.questions }).flatMap(questionLines),
    ]);
    return lines.length > 0 ? lines : ['No open questions.'];
  },
  events: eventLines,
  logs: (data) => {
    const lines = rows(data, 'transcript').flatMap(transcriptLines);
    return lines.length > 0 ? lines.slice(-newest) : ['The agent has said nothing yet.'];
  },
  result: resultLines,
  ready: readyLines,
  backends: (data) =>
    rows(data, 'backends').map((one) => {
      const known = { true: 'logged in', false: 'not logged in', null: 'login unknown' };
      const state = one.installed === true ? known[`${one.logged_in as boolean | null}`] : 'not installed';
      return `${field(one, 'name').padEnd(14)} ${field(one, 'version').padEnd(10)} ${state}`;
    }),
  template: (data) => textLines(data, 'body', 'output_path'),
  prompt: (data) => textLines(data, 'text', 'prompt'),
};

function startedLines(data: unknown): string[] {
  const given = isRecord(data) ? data : {};
  const notices = Array.isArray(given.notices) ? given.notices.filter((one) => typeof one === 'string') : [];
  return [
    ...(given.created === false ? ['There was this task already, under the same key.'] : []),
    ...taskLines(data),
    ...(textOf(given.why) === null ? [] : [String(given.why)]),
    ...notices.map((notice) => `note: ${notice}`),
    ...(textOf(given.start_hint) === null ? [] : [String(given.start_hint)]),
  ];
}

function taskLines(data: unknown): string[] {
  const task = taskIn(data);
  if (task === null) return outline(data);
  return [
    `${task.id}  ${task.title}`,
    `${stateWords(task)}, ${agentOf(task)}${task.detail === null ? '' : `: ${task.detail}`}`,
    ...(task.hint === null ? [] : [task.hint]),
    `next: ${nextStep(task)}`,
  ];
}

function agentOf({ backend, model }: SeenTask): string {
  return model === null ? backend : `${backend} ${model}`;
}

function questionLines({ sequence, question }: SeenQuestion): string[] {
  return [
    `question ${sequence}:`,
    ...question
      .trimEnd()
      .split('\n')
      .map((line) => `│ ${line}`),
  ];
}

function eventLines(data: unknown): string[] {
  const events = Array.isArray(data) ? data.filter(isRecord) : [];
  const lines = events.map(
    (one) =>
      `${String(one.sequence)}  ${field(one, 'timestamp').slice(11, 19)}  ${shortLine(field(one, 'message'))}`,
  );
  const older = lines.length - newest;
  return older > 0 ? [`… ${older} older events`, ...lines.slice(-newest)] : lines;
}

function rowLine(row: unknown): string {
  const [status, reason] = [field(row, 'status'), field(row, 'reason')];
  const alive = isRecord(row) && typeof row.attempt_alive === 'boolean' ? row.attempt_alive : null;
  const state = stateWords({ status, reason, attempt_alive: alive }).padEnd(22);
  return `${field(row, 'task_id')}  ${state}  ${field(row, 'backend').padEnd(8)}  ${shortLine(field(row, 'title'), 60)}`;
}

function transcriptLines(event: Record<string, unknown>): string[] {
  switch (event.type) {
    case 'text':
    case 'output':
      return field(event, 'text').trimEnd().split('\n');
    case 'tool_call':
      return [`> ${field(event, 'name')} ${shortLine(JSON.stringify(event.input) ?? '', 160)}`];
    case 'tool_result':
      return [`  ${event.is_error === true ? 'error: ' : ''}${shortLine(field(event, 'output'), 160)}`];
    case 'retrying':
    case 'warning':
    case 'denied':
      return [`! ${field(event, 'message')}`];
    case 'turn_end':
      return [`turn ended: ${field(event, 'outcome')} ${field(event, 'message')}`.trimEnd()];
    default:
      return [];
  }
}

function resultLines(data: unknown): string[] {
  const given = isRecord(data) ? data : {};
  const files = Array.isArray(given.files_changed) ? given.files_changed : [];
  const [detail, output] = [textOf(given.detail), textOf(given.output)];
  const [status, reason] = [field(given, 'status'), field(given, 'reason')];
  return [
    `${stateWords({ status, reason, attempt_alive: false })}${detail === null ? '' : `: ${detail}`}`,
    ...(textOf(given.last_message) ?? 'The agent left no last message.').trimEnd().split('\n'),
    ...(output === null ? [] : ['', 'output.md:', ...output.trimEnd().split('\n')]),
    ...(files.length === 0 ? [] : ['', 'changed:', ...files.map((file) => `  ${nameOf(file)}`)]),
    ...(textOf(given.files_changed_unknown) === null
      ? []
      : ['', `changed: ${String(given.files_changed_unknown)}`]),
  ];
}

function nameOf(file: unknown): string {
  return typeof file === 'string' ? file : `${field(file, 'path')} ${field(file, 'change')}`.trim();
}

function readyLines(data: unknown): string[] {
  const given = isRecord(data) ? data : {};
  const target = isRecord(given.default_target) ? given.default_target : {};
  const name = [field(target, 'backend'), field(target, 'model')].filter((part) => part !== '').join(' ');
  const installed = Array.isArray(given.installed_backends) ? given.installed_backends : [];
  const problems = Array.isArray(given.problems) ? given.problems : [];
  return [
    given.ready === true ? `Ready: a task goes to ${name}. ${field(target, 'why')}` : 'Not ready.',
    ...problems.flatMap((problem) => (typeof problem === 'string' ? [problem] : outline(problem))),
    `installed: ${installed.join(', ') || 'no agent'}`,
    `config: ${field(given, 'config_path')}${given.config_found === false ? ' (none yet)' : ''}`,
  ];
}

function textLines(data: unknown, ...names: string[]): string[] {
  const found = names.map((name) => field(data, name)).find((text) => text !== '');
  return found === undefined ? outline(data) : found.trimEnd().split('\n');
}

function rows(data: unknown, name: string): Record<string, unknown>[] {
  const list = isRecord(data) ? data[name] : null;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function field(data: unknown, name: string): string {
  return isRecord(data) ? (textOf(data[name]) ?? '') : '';
}
