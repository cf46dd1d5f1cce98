import type { Agent } from './agents.ts';
import type { ModelServer, RecordedRequest } from '../harness/index.ts';
import type { SeenTask, Stage } from '../harness/stage.ts';

/**
 * What a cell says. Of the first three the assertions held: those of the row, those of this agent alone, and those of
 * what became of the task. The others have none.
 */
export type Outcome =
  | { kind: 'passes' }
  | { kind: 'differs'; text: string }
  | { kind: 'becomes'; text: string }
  | { kind: 'cannot'; text: string }
  | { kind: 'not_run'; text: string };

export const passes: Outcome = { kind: 'passes' };
export const differs = (text: string): Outcome => ({ kind: 'differs', text });
export const becomes = (text: string): Outcome => ({ kind: 'becomes', text });
export const cannot = (text: string): Outcome => ({ kind: 'cannot', text });
export const notRun = (text: string): Outcome => ({ kind: 'not_run', text });

/** One row of the table. */
export interface Behaviour {
  title: string;
  /** What a cell says where its assertions hold; `passes` unless given. */
  outcome?(agent: Agent): Outcome;
  /** Part of each sample: what it guards is not left to chance. */
  always?: boolean;
  run(cell: Cell): Promise<void>;
}

/** Where one behaviour of one agent is tried. */
export interface Cell {
  agent: Agent;
  model: ModelServer;
  stage: Stage;
  tag: string;
  prompt(words: string, scene: string): string;
  /** `run` with a prompt that has the agent play a scene; returns the task's id. */
  begin(scene: string, options?: { words?: string; args?: string[] }): Promise<string>;
  /** The task once nothing more comes of it by itself, whatever became of it. */
  settled(id: string): Promise<FullTask>;
  heard(scene: string): string[];
  /** What it asked the model in a scene, without the polls by which codex waits for a command. */
  requests(scene: string): RecordedRequest[];
}

export interface FullTask extends SeenTask {
  usage: Record<'input_tokens' | 'output_tokens' | 'cached_input_tokens' | 'cost_usd', number | null> | null;
  attempts: (SeenTask['attempts'][number] & { agent_version: string | null })[];
}

export async function openCell(agent: Agent, model: ModelServer, name: string): Promise<Cell> {
  const tag = `${agent.id} ${name}`.replaceAll(/[^\w.]+/g, '-');
  const stage = await agent.setStage(model);
  const prompt = (words: string, scene: string) => agent.prompt(words, scene, tag);
  return {
    agent,
    model,
    stage,
    tag,
    prompt,
    begin: (scene, { words = 'Do it. ', args = [] } = {}) =>
      stage.run(...args, `--prompt=${prompt(words, scene)}`),
    async settled(id) {
      await stage.ask('wait', id, '--timeout', '60s');
      return (await stage.get<{ task: FullTask }>(['inspect', id])).task;
    },
    heard: (scene) => agent.heard(model, stage, scene, tag),
    requests: (scene) => model.requestsOf(`${scene} ${tag}`),
  };
}
