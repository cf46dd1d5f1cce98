import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDispatch, livingProcesses, type SeenProcess, signal, until } from '../harness/index.ts';
import { isReal } from './agents.ts';
import { namesIn } from './store-view.ts';
import type { User } from './user.ts';
import type { World } from './world.ts';

/**
 * Where an attempt stands when somebody is killed. `model`: the agent waits for its model; `tool`: its tool runs;
 * `question`: its question waits; `answered`: so does the answer, for `ask` has not come to it; `end_of_turn`: the
 * agent has said its last word; `recorded`: the exit record is there, and nobody has journalled the end; `checking`: what
 * it claims is being checked.
 */
export const stages = [
  'model',
  'tool',
  'question',
  'answered',
  'end_of_turn',
  'recorded',
  'checking',
] as const;
export type Stage = (typeof stages)[number];

/**
 * Who is killed; `all` is everything of dispatch, though not the agent. With an agent's leader its tools die, too, but
 * for `leader alone`, which leaves an `ask` behind.
 */
export const targets = ['supervisor', 'launcher', 'leader', 'leader alone', 'all'] as const;
export type Target = (typeof targets)[number];

/** Brings the first attempt of a story to a stage; what is returned lets it go on. */
export async function bringTo(user: User, stage: Stage): Promise<{ id: string; letGo: () => void }> {
  const { world } = user;
  const held =
    stage === 'model' || stage === 'tool' ? stage : stage === 'checking' ? ('check' as const) : null;
  if (held !== null) world.hold(held, true);
  const id = await user.task();
  const letGo = (): void => {
    if (held !== null) world.hold(held, false);
  };
  switch (stage) {
    case 'model':
      await until(() => waitsForModel(world), { what: 'the model was asked', timeoutMs: 30_000 });
      await seen(world, id);
      return { id, letGo };
    case 'tool':
      await until(() => world.worklog().includes('first'), { what: 'the tool runs', timeoutMs: 30_000 });
      await until(() => world.agent !== 'claude' || claudeKeptItsCall(world), {
        what: 'claude kept its call',
        timeoutMs: 30_000,
      });
      await seen(world, id);
      return { id, letGo };
    case 'checking':
      await user.reach('answered');
      await until(() => existsSync(join(outputs(world, id), 'attempt-001.process.json')), {
        what: 'the check runs',
        timeoutMs: 30_000,
      });
      await until(() => journalOf(world, id).split('"leader_seen"').length > 2, { what: 'it was seen' });
      return { id, letGo };
    case 'question':
      await user.reach('question');
      return { id, letGo };
    case 'answered': {
      await user.reach('question');
      const [ask] = await until(() => asks(world).length === 1 && asks(world), { what: 'ask waits' });
      signal(ask!.pid, 'SIGSTOP');
      await user.reach('answered');
      return { id, letGo: () => signal(ask!.pid, 'SIGCONT') };
    }
    case 'end_of_turn':
      await user.reach('answered');
      await lastWord(world, id);
      return { id, letGo };
    case 'recorded': {
      await user.reach('question');
      const [supervisor] = supervisors(world);
      if (supervisor !== undefined) signal(supervisor.pid, 'SIGSTOP');
      await user.reach('answered');
      await until(() => existsSync(join(outputs(world, id), 'attempt-000.exit.json')), {
        what: 'the exit record is there',
        timeoutMs: 30_000,
      });
      return { id, letGo: () => supervisor !== undefined && signal(supervisor.pid, 'SIGCONT') };
    }
  }
}

/** Pids of a target now; none where it has ended already. */
export function pidsOf(world: World, id: string, target: Target): number[] {
  const launcher = launcherOf(world, id);
  switch (target) {
    case 'supervisor':
      return supervisors(world).map(({ pid }) => pid);
    case 'launcher':
      return launcher === null ? [] : [launcher];
    case 'leader':
    case 'leader alone':
      return launcher === null ? [] : childrenOf(launcher);
    case 'all':
      return [...supervisors(world).map(({ pid }) => pid), ...(launcher === null ? [] : [launcher])];
  }
}

/** What the agent's death leaves running: tools, and the `ask` of one. */
export function orphansOf(world: World): number[] {
  return livingProcesses()
    .filter(
      ({ argv, env }) =>
        env.DISPATCH_ROOT === world.root &&
        argv.some((one) => one === world.path('tool.sh') || one === 'ask'),
    )
    .map(({ pid }) => pid);
}

/**
 * claude 2.1.328 writes its transcript some time after the tool began. Killed in between, it knows nothing of the call
 * when it is resumed, and its model asks for it again; whoever starts it cannot know either.
 */
function claudeKeptItsCall(world: World): boolean {
  const projects = join(world.env.CLAUDE_CONFIG_DIR ?? '', 'projects');
  return namesIn(projects)
    .flatMap((project) => namesIn(join(projects, project)).map((name) => join(projects, project, name)))
    .filter((path) => path.endsWith('.jsonl'))
    .some((path) => readFileSync(path, 'utf8').includes('"type":"tool_use"'));
}

function waitsForModel(world: World): boolean {
  if (!isReal(world.agent)) return existsSync(world.path('prompts.log'));
  return world.bed.model.turns(`first ${world.tag}`).length > 0;
}

/** Everybody is in place: the claim is journalled, and so is who the leader is. */
async function seen(world: World, id: string): Promise<void> {
  await until(() => journalOf(world, id).includes('"leader_seen"'), { what: 'the leader was seen' });
}

function journalOf(world: World, id: string): string {
  return readFileSync(join(world.root, 'tasks', id, 'events.jsonl'), 'utf8');
}

const lastWords: Record<string, RegExp> = {
  sh: /^done$/m,
  keeper: /^done$/m,
  checked: /^done$/m,
  pi: /"type":"agent_end"/,
  claude: /"type":"result"/,
  codex: /"type":"turn.completed"/,
};

/** Looks again and again without a pause: the moment is short. */
async function lastWord(world: World, id: string): Promise<void> {
  const log = join(outputs(world, id), 'attempt-000.stdout.log');
  const end = Date.now() + 30_000;
  while (!lastWords[world.agent]!.test(readFileSync(log, 'utf8'))) {
    if (Date.now() > end) throw new Error('the agent never said its last word');
    await nextTurn();
  }
}

function asks(world: World): SeenProcess[] {
  return livingProcesses().filter(
    (one) => one.env.DISPATCH_ROOT === world.root && isDispatch(one) && one.argv.includes('ask'),
  );
}

function supervisors(world: World): SeenProcess[] {
  return livingProcesses().filter(
    (one) => isDispatch(one) && one.argv.includes('supervise') && one.argv.includes(world.root),
  );
}

function outputs(world: World, id: string): string {
  return join(world.root, 'tasks', id, 'outputs');
}

function launcherOf(world: World, id: string): number | null {
  const folder = outputs(world, id);
  const claim = namesIn(folder)
    .filter((name) => name.endsWith('.process.json'))
    .at(-1);
  if (claim === undefined) return null;
  const { pid } = JSON.parse(readFileSync(join(folder, claim), 'utf8')) as { pid: number };
  return livingProcesses().some((one) => one.pid === pid && one.env.DISPATCH_ROOT === world.root)
    ? pid
    : null;
}

function childrenOf(parent: number): number[] {
  return livingProcesses()
    .filter(({ pid }) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch {
        return false;
      }
    })
    .map(({ pid }) => pid);
}
