import { findBackend } from '@dispatch/backends';
import { isSessionPoisoned, type Attempt, type Usage } from '@dispatch/core';
import type { TaskView } from '@dispatch/runtime';
import type { Page } from '../output/output.ts';
import { harmlessLine } from './harmless.ts';
import { commandsAt } from './next.ts';
import { stateStyle, stateWords } from './status.ts';
import { relativeTime, spanOf } from './time.ts';
import { padTo } from './width.ts';

/** `id  state  agent  when  title`, as one line. */
export function taskLine(task: TaskView, page: Page): string {
  const { style, now } = page;
  const state = stateStyle(task, style)(stateWords(task));
  return `${task.id}  ${state}  ${agentWords(task)}  ${style.dim(relativeTime(task.updated_at, now))}  ${harmlessLine(task.title)}`;
}

/** Why it stands where it stands, and what to do about it. */
export function whyLines(task: TaskView, { style, now }: Page, root: string | null): string[] {
  const { detail, retry, hint } = task;
  return [
    ...(detail === null ? [] : [`  ${harmlessLine(detail)}`]),
    ...(retry === null ? [] : [`  ${retryWords(retry, now)}`]),
    ...(hint === null ? [] : [style.dim(`  ${harmlessLine(commandsAt(root, hint))}`)]),
  ];
}

function retryWords({ since, until, message }: NonNullable<TaskView['retry']>, now: number): string {
  const end = until === null ? '' : `, again at ${until.slice(11, 19)} UTC`;
  return `since ${relativeTime(since, now)}${end}: ${harmlessLine(message)}`;
}

/** Everything about a task that people ask for first. */
export function taskLines(task: TaskView, page: Page, root: string | null): string[] {
  const { style, now } = page;
  const hasMoved = task.attempts.some(
    ({ backend, model }) => backend !== task.backend || model !== task.model,
  );
  const facts: [string, string][] = [
    [
      'state',
      `${stateStyle(task, style)(stateWords(task))} ${style.dim(relativeTime(task.updated_at, now))}`,
    ],
    ...whyLines(task, page, root).map((line): [string, string] => ['', line.trimStart()]),
    ['alive', livenessWords(task)],
    ['agent', `${agentWords(task)}, mode ${task.execution_mode}`],
    ['workspace', harmlessLine(task.workspace_root)],
    ['task', `${task.task_mode}, made ${relativeTime(task.created_at, now)}`],
    ['session', sessionWords(task)],
    ['check', checkWords(task)],
    ['usage', usageWords(task.usage)],
    ...task.attempts.map((attempt, at): [string, string] => [
      at === 0 ? 'attempts' : '',
      attemptWords(attempt, now, hasMoved),
    ]),
    ...leftoverWords(task).map((words, at): [string, string] => [at === 0 ? 'left over' : '', words]),
    ['files', harmlessLine(task.artifacts.task_file.replace(/\/task\.json$/, ''))],
  ];
  return [
    `${style.bold(task.id)}  ${harmlessLine(task.title)}`,
    ...facts.flatMap(([name, value]) => (value === '' ? [] : [`  ${style.dim(padTo(name, 11))}${value}`])),
  ];
}

function agentWords({ backend, model }: Pick<TaskView, 'backend' | 'model'>): string {
  return harmlessLine(model === null ? backend : `${backend} (${model})`);
}

/** Only where it says more than the state. */
function livenessWords({ liveness, reason }: TaskView): string {
  switch (liveness.state) {
    case 'alive':
      return reason === 'verifying' ? 'the check is running' : 'the agent is at work';
    case 'unknown':
      return `cannot be judged from here: ${harmlessLine(liveness.how)}`;
    case 'unclaimed':
      return 'the agent is being launched';
    case 'ended':
    case 'none':
      return '';
  }
}

/** Without a transcript nothing ever shows that the agent knows its session. */
function sessionWords(task: TaskView): string {
  const { session, backend_type: type } = task;
  if (session === null) return '';
  const awaited = !session.established && findBackend(type)?.has_transcript === true;
  const note = isSessionPoisoned(task)
    ? ', fails at each resume'
    : session.given_up
      ? ', given up'
      : awaited
        ? ', not yet established'
        : '';
  return `${harmlessLine(session.locator.value)}${note}`;
}

function checkWords({ verification }: TaskView): string {
  if (verification === null) return '';
  return `${harmlessLine(verification.command)}: ${verification.outcome.replaceAll('_', ' ')}`;
}

/** The agent is named where the task has had several. */
function attemptWords(attempt: Attempt, now: number, hasMoved: boolean): string {
  const began = relativeTime(attempt.started_at, now);
  const kinds = { check: 'check', interactive: 'by hand', one_shot: '' };
  const named = hasMoved && attempt.kind !== 'check' ? agentWords(attempt) : '';
  const number = [`${attempt.attempt} `, named, kinds[attempt.kind]].filter(Boolean).join(' ');
  if (attempt.phase !== 'ended') return `${number} ${attempt.phase}, begun ${began}`;
  const seconds =
    (Date.parse(attempt.ended_at ?? attempt.started_at) - Date.parse(attempt.started_at)) / 1000;
  const exit = attempt.exit_code === null ? '' : `, exit status ${attempt.exit_code}`;
  const detail = attempt.detail === null ? '' : `: ${harmlessLine(attempt.detail)}`;
  const outcome = attempt.outcome?.replaceAll('_', ' ') ?? 'ended';
  return `${number} ${outcome} after ${spanOf(Math.max(0, seconds))}${exit}, begun ${began}${detail}`;
}

function leftoverWords({ attempts }: TaskView): string[] {
  return attempts.flatMap(({ leftovers }) =>
    leftovers.map(({ pid, command }) => `${pid}  ${harmlessLine(command)}`),
  );
}

/** Token counts as people read them; what the agent does not tell is left out. */
export function usageWords(usage: Usage | null): string {
  if (usage === null) return '';
  const { input_tokens, cached_input_tokens, output_tokens, cost_usd } = usage;
  const parts = [
    input_tokens === null ? '' : `${count(input_tokens)} in`,
    cached_input_tokens === null ? '' : `${count(cached_input_tokens)} of it cached`,
    output_tokens === null ? '' : `${count(output_tokens)} out`,
    cost_usd === null ? '' : `$${cost_usd.toFixed(cost_usd < 0.1 ? 4 : 2)}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** All tokens in one number; empty where the agent does not tell. */
export function tokensUsed(usage: Usage | null): string {
  const { input_tokens: read = null, output_tokens: written = null } = usage ?? {};
  return read === null && written === null ? '' : count((read ?? 0) + (written ?? 0));
}

function count(tokens: number): string {
  if (tokens < 10_000) return `${tokens}`;
  return tokens < 1_000_000 ? `${Math.round(tokens / 1000)}k` : `${(tokens / 1_000_000).toFixed(1)}M`;
}
