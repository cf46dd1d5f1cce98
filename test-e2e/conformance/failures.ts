import { expect } from 'vitest';
import type { FailureName } from '../harness/index.ts';
import { failure, hangUp, text } from '../harness/index.ts';
import type { Agent } from './agents.ts';
import { differs, notRun, passes, type Behaviour, type Outcome } from './outcome.ts';

/** The class that each kind of refusal is told as. */
const classes: [scene: FailureName | 'disconnected', words: string, reason: string][] = [
  ['unauthorized', 'wrong key', 'auth'],
  ['forbidden', 'key without the right', 'auth'],
  ['rate_limited', 'too many requests', 'rate_limit'],
  ['overloaded', 'provider overloaded', 'overloaded'],
  ['server_error', 'error of the provider', 'overloaded'],
  ['context_too_long', 'conversation too long', 'context_length'],
  ['quota', 'account empty', 'quota'],
  ['usage_limit', 'limit of the plan reached', 'quota'],
  ['unknown_model', 'model unknown', 'model_unavailable'],
  ['disconnected', 'connection lost, again and again', 'network'],
];

const playedByCursor = [
  'unauthorized',
  'rate_limited',
  'overloaded',
  'quota',
  'unknown_model',
  'disconnected',
];

/** Where the class is another one than the row's. */
function reasonOf(agent: Agent, scene: string, reason: string): string {
  return otherwise[agent.backend]?.[scene] ?? reason;
}

const otherwise: Partial<Record<Agent['backend'], Record<string, string>>> = {};

function outcomeOf(agent: Agent, scene: string, reason: string): Outcome {
  if (agent.backend === 'cursor-agent' && !playedByCursor.includes(scene))
    return notRun('no documentation says how it tells');
  const told = reasonOf(agent, scene, reason);
  return told === reason ? passes : differs(`told as \`${told}\``);
}

const refusals: readonly Behaviour[] = classes.map(([scene, words, reason]) => ({
  title: `failure: ${words}: \`${reason}\``,
  outcome: (agent) => outcomeOf(agent, scene, reason),
  async run(cell) {
    const { agent, model } = cell;
    model.script(scene, () => (scene === 'disconnected' ? hangUp({ after: 'Half an ans' }) : failure(scene)));
    const task = await cell.settled(await cell.begin(scene));
    expect(task).toMatchObject({
      status: 'failed',
      reason: reasonOf(agent, scene, reason),
      attempts: [{ outcome: 'failed' }],
    });
    expect(task.detail).toBeTruthy();
  },
}));

const overcome: Behaviour = {
  title: 'failure: one that passes is waited for by the agent itself, and no attempt is spent on it',
  outcome: ({ backend }) => (backend === 'cursor-agent' ? notRun('the fake never tries again') : passes),
  async run(cell) {
    // The client below pi 0.73.1 asks three times before pi itself hears of it.
    const faults = cell.agent.version === '0.73.1' ? 3 : 1;
    cell.model.script('flaky', [
      ({ servedBefore }) => (servedBefore < faults ? failure('overloaded') : text('Whole.')),
    ]);
    const id = await cell.begin('flaky');
    expect(await cell.settled(id)).toMatchObject({
      status: 'completed',
      attempts: [{ outcome: 'succeeded' }],
    });
    expect(cell.requests('flaky')).toHaveLength(faults + 1);
  },
};

export const failures: readonly Behaviour[] = [...refusals, overcome];
