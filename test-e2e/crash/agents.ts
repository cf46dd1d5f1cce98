import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked, type Scene, shell, silence, type Script, type Step, text } from '../harness/index.ts';
import type { World } from './world.ts';

/**
 * `sh`: a generic command without a session; `keeper`: the same with one, so that it can be resumed by itself;
 * `checked`: a keeper whose claims are checked (`--verify`).
 */
export const agentNames = ['sh', 'keeper', 'checked', 'codex', 'claude', 'pi'] as const;
export type AgentName = (typeof agentNames)[number];
export type RealAgent = 'codex' | 'claude' | 'pi';

export const question = 'Which colour?';
export const answer = 'blue';

export function isReal(agent: AgentName): agent is RealAgent {
  return agent === 'codex' || agent === 'claude' || agent === 'pi';
}

/** The prompt of a turn; its marker chooses what the model does. */
export function promptOf(world: World, turn: 'first' | 'second'): string {
  return `Do the ${turn} part. ${marked(turn, world.tag)}`;
}

/** What the worker writes for a story in which nothing happens twice. */
export const wholeWorklog = ['first', `answer=${answer}`, 'second'];

/**
 * The scripts of both turns: each runs the workspace's tool once, then says so. A world may hold the model back before
 * its first answer to a turn.
 */
export function scripts(worldOf: (tag: string) => World | undefined): Record<string, Script> {
  const turn =
    (name: string): Script =>
    (scene: Scene): Step => {
      const tag = tagOf(scene);
      const world = worldOf(tag);
      const step =
        scene.step === 0 && world !== undefined ? toolCall(world, name) : text(`The ${name} part is done.`);
      const held = name === 'first' && scene.step === 0 && world?.holds('model');
      return held ? silence({ gate: `model ${tag}`, then: step }) : step;
    };
  return { first: turn('first'), second: turn('second') };
}

function tagOf({ conversation }: Scene): string {
  const texts = conversation.messages.map(({ text: words }) => words).join('\n');
  return [...texts.matchAll(/\[\[script:\w+ ([^\]]+)\]\]/g)].at(-1)?.[1] ?? '';
}

function toolCall(world: World, turn: string): Step {
  return shell(`sh ${world.path('tool.sh')} ${turn}`);
}

/** Puts the tool, and for the generic agents the agent itself and the configuration, into a world. */
export function writeWorker(world: World): void {
  const tool = world.path('tool.sh');
  writeFileSync(tool, toolSource(world));
  writeFileSync(world.path('check.sh'), `while [ -e ${world.path('hold-check')} ]; do sleep 0.05; done\n`);
  if (isReal(world.agent)) return;
  const worker = world.path('worker.sh');
  writeFileSync(worker, workerSource(world, tool));
  chmodSync(worker, 0o755);
  const args = world.agent === 'sh' ? [] : ["'{session_id}'"];
  writeFileSync(
    join(world.home, 'config.yaml'),
    `backends:\n  ${world.agent}:\n    executable: ${worker}\n    args: [${args.join(', ')}]\n`,
  );
}

/**
 * The worker's tool: a line in the log for each run, so that a second run shows; the first turn asks. An `ask` that
 * was killed before it had printed is asked again, as the text that agents are given says.
 */
function toolSource(world: World): string {
  const log = world.path('work.log');
  return `echo "$1" >> ${log}
while [ -e ${world.path('hold-tool')} ]; do sleep 0.05; done
[ "$1" = first ] || exit 0
for try in 1 2 3 4 5; do
  given=$("${process.execPath}" "${world.bed.program}" ask "${question}")
  status=$?
  [ -n "$given" ] && break
  echo "ask ended with $status" >> ${world.path('ask.log')}
done
echo "status=$status $given" >> ${world.path('ask.log')}
[ $status = 24 ] || echo "answer=$(printf '%s' "$given" | tail -n 1)" >> ${log}
`;
}

/** It does what the newest marker of its prompt says; without one it was continued, with nothing new to do. */
function workerSource(world: World, tool: string): string {
  return `#!/bin/sh
prompt=$(cat)
printf '%s\\n' "$prompt" >> ${world.path('prompts.log')}
while [ -e ${world.path('hold-model')} ]; do sleep 0.05; done
case $prompt in
  *'[[script:second '*) sh ${tool} second ;;
  *'The user has answered'*) echo 'answered by prompt' >> ${world.path('work.log')} ;;
  *'You were interrupted'*) echo continued >> ${world.path('work.log')} ;;
  *'[[script:first '*) sh ${tool} first ;;
  *) echo continued >> ${world.path('work.log')} ;;
esac
echo done
`;
}
