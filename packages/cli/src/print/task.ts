import { findBackend } from '@dispatch/backends';
import { isSessionPoisoned, type Attempt, type Usage } from '@dispatch/core';
import type { TaskView } from '@dispatch/runtime';
import type { Page } from '../output/output.ts';
import { harmlessLine } from './harmless.ts';
import { commandsAt } from './next.ts';
import { stateWords } from './state-words.ts';
import { stateStyle } from './status.ts';
import { relativeTime, spanOf } from './time.ts';
import { fit, padTo, widthOf } from './width.ts';
import { wrap } from './wrap.ts';

/** `id  state  agent  when  title`, as one line; in a terminal the title is cut. */
export function taskLine(task: TaskView, page: Page): string {
  const { style, now, width } = page;
  const state = stateWords(task);
  const when = relativeTime(task.updated_at, now);
  const words = [task.id, state, agentWords(task), when];
  const room = width - widthOf(words.join('  ')) - 2;
  const title = fit(harmlessLine(task.title), Math.max(leastTitle, room));
  return [task.id, stateStyle(task, style)(state), agentWords(task), style.dim(when), title].join('  ');
}

const leastTitle = 12;

/** Why it stands where it stands, and what to do about it. */
export function whyLines(task: TaskView, page: Page, root: string | null): string[] {
  return why(task, page, root).flatMap(({ text, as }) => wrap(`  ${text}`, page.width, 2).map(as));
}

type Line = { text: string; as: (line: string) => string };

function why({ detail, retry, hint }: TaskView, { style, now }: Page, root: string | null): Line[] {
  const plain = (line: string): string => line;
  return [
    ...(detail === null ? [] : [{ text: harmlessLine(detail), as: plain }]),
    ...(retry === null ? [] : [{ text: retryWords(retry, now), as: plain }]),
    ...(hint === null ? [] : [{ text: harmlessLine(commandsAt(root, hint)), as: style.dim }]),
  ];
}

function retryWords({ since, until, message }: NonNullable<TaskView['retry']>, now: number): string {
  const end = until === null ? '' : `, again at ${until.slice(11, 19)} UTC`;
  return `since ${relativeTime(since, now)}${end}: ${harmlessLine(message)}`;
}

const nameWidth = 11;

/** Everything about a task that people ask for first. */
export function taskLines(task: TaskView, page: Page, root: string | null): string[] {
  const { style, now, width } = page;
  const hasMoved = task.attempts.some(
    ({ backend, model }) => backend !== task.backend || model !== task.model,
  );
  const fact = (name: string, text: string): string[] =>
    text === '' ? [] : labelled(name, wrap(text, width - nameWidth - 2), style);
  const path = (name: string, of: string): string[] =>
    labelled(name, [page.link(harmlessLine(of), of)], style);
  const state = `${stateStyle(task, style)(stateWords(task))} ${style.dim(relativeTime(task.updated_at, now))}`;
  return [
    ...wrap(harmlessLine(task.title), width - task.id.length - 2).map((line, at) =>
      at === 0 ? `${style.bold(task.id)}  ${line}` : `${' '.repeat(task.id.length)}  ${line}`,
    ),
    ...labelled('state', [state], style),
    ...why(task, page, root).flatMap(({ text, as }) =>
      labelled('', wrap(text, width - nameWidth - 2).map(as), style),
    ),
    ...fact('alive', livenessWords(task)),
    ...fact('progress', progressWords(task, now)),
    ...fact('agent', `${agentWords(task)}, mode ${task.execution_mode}${namedWords(task)}`),
    ...(task.skill === undefined ? [] : path('skill', task.skill.source)),
    ...path('workspace', task.workspace_root),
    ...fact('task', `${task.task_mode}, made ${relativeTime(task.created_at, now)}`),
    ...fact('session', sessionWords(task)),
    ...fact('check', checkWords(task)),
    ...fact('usage', usageWords(task.usage)),
    ...task.attempts.flatMap((attempt, at) =>
      fact(at === 0 ? 'attempts' : '', attemptWords(attempt, now, hasMoved)),
    ),
    ...leftoverWords(task).flatMap((words, at) => fact(at === 0 ? 'left over' : '', words)),
    ...path('files', task.artifacts.task_file.replace(/\/task\.json$/, '')),
  ];
}

/** A name before the first of the lines, all of them below each other. */
function labelled(name: string, lines: readonly string[], style: Page['style']): string[] {
  return lines.map((line, at) => `  ${style.dim(padTo(at === 0 ? name : '', nameWidth))}${line}`);
}

function agentWords({ backend, model }: Pick<TaskView, 'backend' | 'model'>): string {
  return harmlessLine(model === null ? backend : `${backend} (${model})`);
}

function namedWords({ named_agent: name }: TaskView): string {
  return name === undefined ? '' : `, asked for as ${harmlessLine(name)}`;
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

function progressWords({ progress }: TaskView, now: number): string {
  return progress === undefined
    ? ''
    : `${harmlessLine(progress.message)} (${relativeTime(progress.at, now)})`;
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
