import { signal, until, livingProcesses } from '../harness/index.ts';
import { type AgentName, isReal, wholeWorklog } from './agents.ts';
import { type Breach, breach, breaches } from './promises.ts';
import { bringTo, orphansOf, pidsOf, type Stage, stages, type Target, targets } from './stages.ts';
import { readJournal, startedAttempts } from './store-view.ts';
import { User } from './user.ts';
import { type Bed, World } from './world.ts';

export interface ProcessCase {
  agent: AgentName;
  target: Target;
  stage: Stage;
}

/** What the architecture says becomes of the first attempt. */
export interface Outcome {
  worklog: string[];
  /** Lines that may stand there, too, once. */
  maybe?: string[];
  /** How many attempts follow by themselves; null where either is right. */
  automatic: 'none' | 'some' | null;
  /** The first attempt is left to the user before the story goes on. */
  parked: boolean | null;
}

export const undisturbed: Outcome = { worklog: wholeWorklog, automatic: 'none', parked: false };

/**
 * A generic agent that has a session, and whose end nobody recorded: it goes on by itself, or, where its answer was seen
 * to be taken only with its end, is left to the user with that answer.
 */
export const unheardOf: Outcome = {
  worklog: wholeWorklog,
  maybe: ['continued'],
  automatic: null,
  parked: null,
};

/**
 * Every case that there is: after the exit record nobody but the supervisor is left to be killed, and an `ask` is left
 * behind by who waits for its answer.
 */
export function processCases(agent: AgentName): ProcessCase[] {
  return targets.flatMap((target) =>
    stages
      .filter((stage) => stage !== 'recorded' || target === 'supervisor' || target === 'all')
      .filter((stage) => target !== 'leader alone' || (stage === 'question' && agent !== 'codex'))
      // What comes before its check, `checked` has in common with `keeper`.
      .filter((stage) => (stage === 'checking') === (agent === 'checked'))
      .map((stage) => ({ agent, target, stage })),
  );
}

function outcomeOf({ agent, target, stage }: ProcessCase): Outcome {
  if (target === 'supervisor' || stage === 'recorded') return undisturbed;
  // The check that nobody recorded runs again; the one that was killed has failed, and goes back to the agent.
  if (stage === 'checking')
    return target === 'leader'
      ? { worklog: [...wholeWorklog, 'continued'], automatic: 'some', parked: false }
      : undisturbed;
  // The agent may have ended before the signal came.
  const late = stage === 'end_of_turn';
  // The `ask` that is left behind takes the answer, and nobody hears of it: it is given again.
  if (target === 'leader alone') return { worklog: wholeWorklog, automatic: 'none', parked: true };
  if (target === 'leader')
    return late ? { ...undisturbed, parked: null } : outcomeWithoutLeader(agent, stage);
  if (isReal(agent)) return undisturbed;
  // Nothing tells of a generic agent's success but its exit status, which nobody was there to record.
  if (agent === 'sh') return { worklog: wholeWorklog, automatic: 'none', parked: late ? null : true };
  return unheardOf;
}

function outcomeWithoutLeader(agent: AgentName, stage: Stage): Outcome {
  // The wrapper of codex: the native program goes on in the same group.
  if (agent === 'codex') return undisturbed;
  const asked = stage === 'question' || stage === 'answered';
  if (agent === 'claude' || agent === 'pi') {
    const tool = stage === 'model' ? wholeWorklog : ['first', 'second'];
    return asked
      ? { worklog: ['first', 'second'], automatic: 'none', parked: true }
      : { worklog: tool, automatic: 'some', parked: false };
  }
  if (asked) return { worklog: ['first', 'answered by prompt', 'second'], automatic: 'none', parked: true };
  const before = stage === 'model' ? [] : ['first'];
  return agent === 'sh'
    ? { worklog: [...before, 'second'], automatic: 'none', parked: true }
    : { worklog: [...before, 'continued', 'second'], automatic: 'some', parked: false };
}

/** Kills one of dispatch's processes, or the agent's, and goes on as a user would. */
export async function runProcessCase(bed: Bed, register: (world: World) => void, one: ProcessCase) {
  const world = await World.make(bed, one.agent);
  register(world);
  const user = new User(world);
  let met = false;
  try {
    const outcome = outcomeOf(one);
    const { id, letGo } = await bringTo(user, one.stage);
    const pids = pidsOf(world, id, one.target);
    met = pids.length > 0;
    // At the end of a turn they may have left already.
    if (!met && one.stage !== 'end_of_turn')
      user.breaches.push(breach('unclear', `no ${one.target} was there`));
    for (const pid of pids) signal(pid, 'SIGKILL');
    await until(() => !livingProcesses().some(({ pid }) => pids.includes(pid)), {
      what: 'the killed are gone',
    });
    // An agent that dies for good takes its tools along; a wrapper does not.
    const agentDied = one.target === 'leader' && one.agent !== 'codex';
    if (agentDied) for (const pid of orphansOf(world)) signal(pid, 'SIGKILL');
    await user.type(['list']);
    await user.look(id);
    letGo();
    await user.reach('completed');
    await user.look(id);
    user.breaches.push(
      ...attemptBreaches(world, id, outcome),
      ...(await breaches(world, { worklog: linesOf(world, outcome) })),
    );
  } catch (error) {
    user.breaches.push(breach('loss', (error as Error).message));
  }
  const result = { breaches: user.breaches, met, story: `${world.story()}\n${world.worklog().join(' | ')}` };
  await world.dispose();
  return result;
}

/** The lines that are to stand there, each once. */
export function linesOf(world: World, { worklog, maybe = [] }: Outcome): string[] {
  const there = world.worklog();
  return [...worklog, ...maybe.filter((line) => there.includes(line))];
}

/** Whether as many attempts followed as the architecture says, and the first ended as it says. */
export function attemptBreaches(world: World, id: string, { automatic, parked }: Outcome): Breach[] {
  const journal = readJournal(world.root, id);
  const attempts = startedAttempts(journal);
  const shown = attempts
    .map(({ attempt, cause, automatic: itself }) => `${attempt} ${cause}${itself ? ' by itself' : ''}`)
    .join(', ');
  const followed = attempts.filter((one) => one.automatic && one.kind !== 'check').length;
  const found: Breach[] = [];
  if (automatic === 'none' && followed > 0) found.push(breach('doubling', `attempts: ${shown}`));
  if (automatic === 'some' && followed === 0)
    found.push(breach('loss', `nothing went on by itself: ${shown}`));
  const end = journal.events.find(({ kind }) => kind === 'attempt_ended');
  const wasParked = end?.data.status === 'awaiting_user';
  if (parked !== null && parked !== wasParked)
    found.push(
      breach('lie', `the first attempt ended as ${String(end?.data.status)}, ${String(end?.data.reason)}`),
    );
  return found;
}
