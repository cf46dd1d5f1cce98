import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import {
  failing,
  failure,
  killAll,
  processesWithMark,
  shell,
  silence,
  text,
  until,
  writeFiles,
} from '../harness/index.ts';
import { faultsBeforeRetry } from './agents.ts';
import { cannot, differs, notRun, passes, type Behaviour, type Cell } from './outcome.ts';

async function cancelled({ stage }: Cell, id: string): Promise<void> {
  expect(await stage.get(['cancel', id])).toMatchObject({ status: 'cancelled', confirmed: true });
  // At the very moment in which cancel says so.
  expect(processesWithMark(id)).toEqual([]);
  expect(await stage.status(id)).toMatchObject({
    reason: 'user',
    attempts: [{ outcome: 'stopped', leftovers: [] }],
  });
}

const cancelInModel: Behaviour = {
  title: 'cancel while the model is silent',
  outcome: ({ backend }) => (backend === 'cursor-agent' ? notRun('the fake has no model') : passes),
  async run(cell) {
    cell.model.script('thinks', [silence({ gate: 'never' })]);
    const id = await cell.begin('thinks');
    await until(() => cell.requests('thinks').length > 0, { what: 'it has asked the model' });
    await cancelled(cell, id);
  },
};

/** A tool that sleeps, with a child in a session of its own. */
async function asleep(cell: Cell): Promise<string> {
  cell.model.script('sleeps', [
    shell('echo begun > begun.txt; (setsid sleep 3001 &) ; sleep 3000', { saying: 'I begin.' }),
    text('Alive again.'),
  ]);
  const id = await cell.begin('sleeps', { words: 'Sleep well. ' });
  const sleepers = () => processesWithMark(id).filter(({ argv }) => argv[0] === 'sleep').length;
  const expected = cell.agent.backend === 'cursor-agent' ? 1 : 2;
  await until(() => sleepers() === expected, { what: 'its tools sleep' });
  return id;
}

const cancelInTool: Behaviour = {
  title: 'cancel while a tool runs: its children end with it, those in a session of their own too',
  run: async (cell) => cancelled(cell, await asleep(cell)),
};

const killedInTool: Behaviour = {
  title: 'killed while a tool runs: goes on in its session, and is told that it was interrupted',
  async run(cell) {
    const id = await asleep(cell);
    await until(async () => (await cell.stage.status(id)).session?.established === true, {
      what: 'its session is established',
    });
    await killAll(({ env }) => env.DISPATCH_ATTEMPT === `${id}:0`);
    expect(await cell.settled(id)).toMatchObject({
      status: 'completed',
      attempts: [
        { outcome: 'interrupted' },
        { cause: 'interrupted', automatic: true, resumes_session: true },
      ],
    });
    const heard = cell.heard('sleeps');
    expect(heard[0]).toContain('Sleep well.');
    expect(heard.at(-1)).toMatch(/interrupted/i);
    expect(heard.at(-1)).not.toContain('Sleep well.');
  },
};

const killedBeforeWord: Behaviour = {
  title: 'killed before the first word: the whole request is heard again',
  outcome: ({ backend }) => {
    if (backend === 'cursor-agent') return notRun('the fake has no model');
    if (backend === 'pi') return differs('in a new session: it keeps nothing before the first answer');
    return passes;
  },
  async run(cell) {
    cell.model.script('dies', [
      ({ conversation }) =>
        died.has(cell.tag) || conversation.messages.length === 0
          ? text('Alive again.')
          : silence({ gate: 'never' }),
    ]);
    const id = await cell.begin('dies', { words: 'Live. ' });
    await until(() => cell.requests('dies').length > 0, { what: 'it has asked the model' });
    await until(async () => (await cell.stage.status(id)).session !== null, {
      what: 'its session is on record',
    });
    died.add(cell.tag);
    await killAll(({ env }) => env.DISPATCH_ATTEMPT === `${id}:0`);
    const task = await cell.settled(id);
    expect(task).toMatchObject({ status: 'completed', session: { established: true } });
    expect(task.attempts[0]).toMatchObject({ outcome: 'interrupted' });
    expect(cell.heard('dies').join('\n')).toContain('Live.');
    if (cell.agent.backend === 'pi') expect(task.attempts.at(-1)).toMatchObject({ resumes_session: false });
  },
};

/** The cells whose agent has been killed: the model answers from then on. */
const died = new Set<string>();

const severalEnds: Behaviour = {
  title: 'several ends of turn in one run: only the last one counts',
  outcome: ({ backend }) => {
    if (backend === 'codex') return cannot('ends one turn a run');
    if (backend === 'cursor-agent')
      return differs('one end, after which it may linger: it is ended as finished');
    return passes;
  },
  async run(cell) {
    if (cell.agent.backend === 'cursor-agent') {
      const id = await cell.begin('lingers');
      const attempts = [{ outcome: 'succeeded', stop: { why: 'finished' } }];
      expect(await cell.settled(id)).toMatchObject({ status: 'completed', attempts });
    } else if (cell.agent.backend === 'pi') {
      await endsBeforeRetry(cell);
    } else {
      await endsBeforeBackground(cell);
    }
  },
};

/** pi ends before each of its retries, too. */
async function endsBeforeRetry(cell: Cell): Promise<void> {
  const faults = faultsBeforeRetry(cell.agent);
  const gate = `ends-${cell.tag}`;
  cell.model.script('ends', [
    failing(faults, failure('overloaded'), silence({ gate, then: text('Whole.') })),
  ]);
  const id = await cell.begin('ends');
  await until(async () => (await cell.stage.status(id)).reason === 'retrying_in_agent', { what: 'it waits' });
  cell.model.release(gate);
  const task = await cell.settled(id);
  expect(task).toMatchObject({ status: 'completed', attempts: [{ outcome: 'succeeded' }] });
  expect(endsIn(task.attempts[0]!.stdout_path, 'agent_end')).toBe(2);
}

/** claude ends its turn while a background task runs, and takes another one when that is over. */
async function endsBeforeBackground(cell: Cell): Promise<void> {
  cell.model.script('background', [
    shell('echo begun; until [ -e go ]; do sleep 0.1; done; echo over', { background: true }),
    text('The first turn is over.'),
    text('Now the background task is, too.'),
  ]);
  const id = await cell.begin('background');
  const log = (await cell.stage.status(id)).attempts[0]!.stdout_path;
  await until(() => endsIn(log, 'result') === 1, { what: 'the first turn ended' });
  const waited = await cell.stage.get(['wait', id, '--timeout', '2s'], 23);
  expect(waited).toMatchObject({ timed_out: true, tasks: [{ status: 'running', attempt_alive: true }] });
  expect(await cell.stage.get(['result', id])).toMatchObject({ last_message: 'The first turn is over.' });
  writeFiles(cell.stage.repo, { go: '' });
  expect(await cell.settled(id)).toMatchObject({ status: 'completed', attempts: [{ outcome: 'succeeded' }] });
  expect(endsIn(log, 'result')).toBe(2);
  expect(await cell.stage.get(['result', id])).toMatchObject({
    last_message: 'Now the background task is, too.',
  });
}

function endsIn(log: string, type: string): number {
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
  return lines.filter((line) => (JSON.parse(line) as { type: string }).type === type).length;
}

const leftBehind: Behaviour = {
  title: 'background: a child that outlives its turn holds no task, is listed, and ended when asked',
  outcome: ({ backend }) => (backend === 'cursor-agent' ? notRun('the fake leaves none') : passes),
  async run(cell) {
    const { stage } = cell;
    cell.model.script('leaves', [
      shell('setsid nohup sleep 3010 >/dev/null 2>&1 </dev/null & echo left'),
      text('Done, with a server running.'),
    ]);
    // In its sandbox codex has a pid namespace that takes every child with it.
    const id = await cell.begin('leaves', { args: ['--execution-mode', 'danger'] });
    const task = await cell.settled(id);
    const [child] = processesWithMark(id).filter(({ argv }) => argv.join(' ') === 'sleep 3010');
    expect(task).toMatchObject({ status: 'completed', attempts: [{ leftovers: [{ pid: child!.pid }] }] });
    expect(await stage.get(['cancel', id])).toMatchObject({ confirmed: true, status: 'completed' });
    expect(processesWithMark(id)).toEqual([]);
  },
};

export const endings: readonly Behaviour[] = [
  cancelInModel,
  cancelInTool,
  killedBeforeWord,
  killedInTool,
  severalEnds,
  leftBehind,
];
