import type { Conversation } from './conversation.ts';
import type { Step } from './step.ts';

/** What a script may look at: the conversation, its step, and how often this step was served to it before. */
export interface Scene {
  conversation: Conversation;
  step: number;
  /** 0 the first time; more when the agent retries, or asks the same again after a crash. */
  servedBefore: number;
}

export type Direction = Step | ((scene: Scene) => Step);

/** The steps in order, or a function that finds the step of any scene. */
export type Script = readonly Direction[] | ((scene: Scene) => Step);

/** The step that a script takes in a scene. Behind its end it says so in a text that ends the turn. */
export function stepOf(script: Script, scene: Scene): Step {
  if (typeof script === 'function') return script(scene);
  const direction = script[scene.step];
  if (direction === undefined) return { kind: 'text', text: `(the script has no step ${scene.step})` };
  return typeof direction === 'function' ? direction(scene) : direction;
}

/** Takes the first step for the given number of tries, then the second: a fault that a retry overcomes. */
export function failing(times: number, fault: Step, then: Step): Direction {
  return ({ servedBefore }) => (servedBefore < times ? fault : then);
}
