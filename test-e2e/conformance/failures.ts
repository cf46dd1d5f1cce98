import { expect } from 'vitest';
import type { FailureName } from '../harness/index.ts';
import { failing, failure, hangUp, text } from '../harness/index.ts';
import { faultsBeforeRetry, type Agent } from './agents.ts';
import { notRun, passes, type Behaviour, type Outcome } from './outcome.ts';

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

function outcomeOf(agent: Agent, scene: string): Outcome {
  if (agent.backend !== 'cursor-agent' || playedByCursor.includes(scene)) return passes;
  return notRun('no documentation says how it tells');
}

const refusals: readonly Behaviour[] = classes.map(([scene, words, reason]) => ({
  title: `failure: ${words}: \`${reason}\``,
  outcome: (agent) => outcomeOf(agent, scene),
  async run(cell) {
    cell.model.script(scene, () =>
      scene === 'disconnected' ? hangUp({ after: 'Half an ans' }) : failure(scene),
    );
    const task = await cell.settled(await cell.begin(scene));
    expect(task).toMatchObject({
      status: 'failed',
      reason,
      attempts: [{ outcome: 'failed' }],
    });
    expect(task.detail).toBeTruthy();
  },
}));

const overcome: Behaviour = {
  title: 'failure: one that passes is waited for by the agent itself, and no attempt is spent on it',
  outcome: ({ backend }) => (backend === 'cursor-agent' ? notRun('the fake never tries again') : passes),
  async run(cell) {
    const faults = faultsBeforeRetry(cell.agent);
    cell.model.script('flaky', [failing(faults, failure('overloaded'), text('Whole.'))]);
    const id = await cell.begin('flaky');
    expect(await cell.settled(id)).toMatchObject({
      status: 'completed',
      attempts: [{ outcome: 'succeeded' }],
    });
    expect(cell.requests('flaky')).toHaveLength(faults + 1);
  },
};

export const failures: readonly Behaviour[] = [...refusals, overcome];
