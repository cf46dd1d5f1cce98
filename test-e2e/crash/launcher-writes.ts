import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../faults/boot.ts';
import { type AgentName, isReal, wholeWorklog } from './agents.ts';
import { type Breach, breach, breaches } from './promises.ts';
import { attemptBreaches, linesOf, type Outcome, undisturbed, unheardOf } from './processes.ts';
import { User } from './user.ts';
import { type Bed, World } from './world.ts';

/** The launcher is a shell script, so its few writes are a list: both records are put in place by link(1). */
export const launcherWrites = [
  'before the claim',
  'after the claim',
  'before the exit record',
  'after the exit record',
] as const;
export type LauncherWrite = (typeof launcherWrites)[number];

export interface LauncherCase {
  agent: AgentName;
  write: LauncherWrite;
}

function outcomeOf({ agent, write }: LauncherCase): Outcome {
  switch (write) {
    case 'before the claim':
    case 'after the exit record':
      return undisturbed;
    case 'after the claim':
      // No agent was ever started; which is known where dispatch gave the session its name, or its file.
      if (agent === 'claude' || agent === 'pi')
        return { worklog: wholeWorklog, automatic: 'some', parked: false };
      if (agent === 'keeper') return { worklog: ['continued', 'second'], automatic: 'some', parked: false };
      return { worklog: ['second'], automatic: 'none', parked: true };
    case 'before the exit record':
      if (isReal(agent)) return undisturbed;
      return agent === 'sh' ? { worklog: wholeWorklog, automatic: 'none', parked: true } : unheardOf;
  }
}

/** A mount namespace in which link(1), called for the n-th time, kills the shell that called it. */
function killingLink(world: World, write: LauncherWrite): Place {
  const real = join(world.beside, 'real');
  mkdirSync(real);
  copyFileSync('/usr/bin/link', join(real, 'link'));
  const at = write.endsWith('claim') ? 1 : 2;
  const fake = world.path('killing-link');
  const count = world.path('links');
  const kill = '{ : > ' + world.path('met') + '; kill -9 $PPID; }';
  writeFileSync(
    fake,
    `#!/bin/sh
echo >> ${count}
n=$(wc -l < ${count})
[ $n -eq ${at} ] && ${write.startsWith('before')} && ${kill} && exit 1
${join(real, 'link')} "$@"
status=$?
[ $n -eq ${at} ] && ${write.startsWith('after')} && ${kill}
exit $status
`,
  );
  chmodSync(fake, 0o755);
  return {
    name: 'a link that kills',
    namespaces: ['--mount', '--propagation private'],
    setup: [`mount --bind ${fake} /usr/bin/link`],
  };
}

/** Kills the launcher around one of its writes, and goes on as a user would. */
export async function runLauncherCase(bed: Bed, register: (world: World) => void, one: LauncherCase) {
  const world = await World.make(bed, one.agent);
  register(world);
  const user = new User(world);
  const found: Breach[] = user.breaches;
  let met = false;
  try {
    const outcome = outcomeOf(one);
    world.place = killingLink(world, one.write);
    await world.type(user.run());
    world.place = null;
    const id = await user.reach('completed');
    await user.look(id);
    met = world.has('met');
    if (!met) found.push(breach('unclear', 'the launcher was never met'));
    found.push(
      ...attemptBreaches(world, id, outcome),
      ...(await breaches(world, { worklog: linesOf(world, outcome) })),
    );
  } catch (error) {
    found.push(breach('loss', (error as Error).message));
  }
  const result = { breaches: found, met, story: `${world.story()}\n${world.worklog().join(' | ')}` };
  await world.dispose();
  return result;
}
