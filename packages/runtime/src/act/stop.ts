import type { Task } from '@dispatch/core';
import type { Dispatcher } from '../dispatcher.ts';
import type { Observation } from '../observe/observe.ts';
import { signalGroup, signalProcess, type ProcessTable } from '../processes/index.ts';
import { markedOf } from './sweep.ts';

const termAfterMs = 5000;
const killAfterMs = 8000;

/**
 * Stops a working attempt: the agent gracefully, with the signal that its backend names; then its group; then whatever
 * carries the mark. Holds nothing that must survive: a successor begins again, which no agent minds.
 */
export class StopProgress {
  #startedMs: number | null = null;
  #stage: 'none' | 'asked' | 'terminated' | 'killed' = 'none';

  step(
    dispatcher: Dispatcher,
    task: Task,
    observation: Observation,
    interrupt: NodeJS.Signals,
    table: ProcessTable,
  ): void {
    const now = dispatcher.machine.monotonicMs();
    this.#startedMs ??= now;
    const passed = now - this.#startedMs;
    if (this.#stage === 'none') {
      this.#stage = 'asked';
      signalAgent(observation, interrupt);
    } else if (this.#stage === 'asked' && passed >= termAfterMs) {
      this.#stage = 'terminated';
      signalEverything(dispatcher, task, observation, 'SIGTERM', table);
    } else if (passed >= killAfterMs) {
      this.#stage = 'killed';
      signalEverything(dispatcher, task, observation, 'SIGKILL', table);
    }
  }
}

function signalAgent(observation: Observation, signal: NodeJS.Signals): void {
  const { liveness } = observation;
  if (liveness.state !== 'alive') return;
  if (liveness.leader !== null && signalProcess(liveness.leader, signal) === 'sent') return;
  signalLaunchersGroup(observation, signal);
}

function signalLaunchersGroup({ attempt, liveness }: Observation, signal: NodeJS.Signals): void {
  const pgid = attempt.claim?.pid ?? null;
  const witness = liveness.state === 'alive' ? liveness.members[0] : undefined;
  if (pgid !== null && witness !== undefined) signalGroup(pgid, witness, signal);
}

function signalEverything(
  dispatcher: Dispatcher,
  task: Task,
  observation: Observation,
  signal: NodeJS.Signals,
  table: ProcessTable,
): void {
  signalLaunchersGroup(observation, signal);
  // What was stopped because its last turn is over may leave servers behind on purpose: they are leftovers.
  if (observation.facts.stop === 'finished') return;
  const { attempt, facts } = observation;
  const only = attempt.kind === 'check' && facts.stop !== 'cancel' ? attempt.attempt : null;
  for (const marked of markedOf(dispatcher, task, table, only)) signalProcess(marked, signal);
}
