import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { callTool, edit, read, shell, text, toolResults, until } from '../harness/index.ts';
import { askCommandIn } from '../harness/stage.ts';
import type { Agent } from './agents.ts';
import { cannot, differs, passes, type Behaviour, type Cell } from './outcome.ts';

const isCursor = ({ backend }: Agent): boolean => backend === 'cursor-agent';

/** Its first turn edits a file with its own tools; the second only speaks. */
async function work(cell: Cell): Promise<string> {
  cell.model.script('works', [
    read('a.txt'),
    edit('a.txt', 'two', 'zwei'),
    text('Edited.'),
    text('And more.'),
  ]);
  const id = await cell.begin('works', { words: 'Translate it. ' });
  expect(await cell.settled(id)).toMatchObject({ status: 'completed', reason: 'turn_succeeded' });
  return id;
}

const start: Behaviour = {
  title: 'start: does a turn with its own tools, and its end is seen',
  async run(cell) {
    const id = await work(cell);
    const [file, content] = isCursor(cell.agent) ? ['fake.txt', 'made\n'] : ['a.txt', 'one\nzwei\n'];
    expect(readFileSync(join(cell.stage.repo, file), 'utf8')).toBe(content);
    expect(await cell.settled(id)).toMatchObject({
      session: { established: true },
      attempts: [{ outcome: 'succeeded', exit_code: 0, agent_version: cell.agent.version }],
    });
    const { last_message } = await cell.stage.get<{ last_message: string }>(['result', id]);
    expect(last_message).toBe(isCursor(cell.agent) ? 'I was told 1 thing(s).' : 'Edited.');
  },
};

const resume: Behaviour = {
  title: 'resume: goes on in the same native session, which remembers',
  async run(cell) {
    const { stage } = cell;
    const id = await work(cell);
    const { session } = await stage.status(id);
    await stage.get(['resume', id, '--message', 'Go on.']);
    expect(await cell.settled(id)).toMatchObject({
      status: 'completed',
      session,
      attempts: [
        { resumes_session: false },
        { cause: 'resume', resumes_session: true, outcome: 'succeeded' },
      ],
    });
    const { last_message } = await stage.get<{ last_message: string }>(['result', id]);
    expect(last_message).toBe(isCursor(cell.agent) ? 'I was told 2 thing(s).' : 'And more.');
    expect(cell.heard('works').join('\n')).toMatch(/Translate it\.[^]*Go on\./);
    if (!isCursor(cell.agent)) expect(cell.requests('works').map(({ step }) => step)).toEqual([0, 1, 2, 3]);
  },
};

/** Where each keeps its sessions, below the home. */
const sessionFolders: Partial<Record<Agent['backend'], string>> = {
  codex: '.codex/sessions',
  claude: '.claude/projects',
  'cursor-agent': '.cursor/chats',
};

const unknownSession: Behaviour = {
  title: 'unknown session: a resume of one that was lost is refused, and nothing begins anew in silence',
  outcome: ({ backend }) =>
    backend === 'pi' ? differs('refused before the start: it would begin anew in an empty file') : passes,
  async run(cell) {
    const { stage, agent } = cell;
    const id = await work(cell);
    const { session } = await stage.status(id);
    const folder = sessionFolders[agent.backend];
    rmSync(folder === undefined ? session!.locator.value : join(stage.home.home, folder), {
      recursive: true,
    });
    const answer = await stage.ask('resume', id, '--message', 'Go on.');
    if (agent.backend === 'pi') {
      expect(answer).toMatchObject({ exitCode: 4, error: { code: 'session_lost' } });
      expect(await stage.status(id)).toMatchObject({ status: 'completed', attempts: [{}] });
      return;
    }
    expect(answer.exitCode).toBe(0);
    expect(await cell.settled(id)).toMatchObject({
      status: 'failed',
      reason: 'session_lost',
      attempts: [{}, { outcome: 'failed' }],
    });
    if (!isCursor(agent)) expect(cell.requests('works')).toHaveLength(3);
  },
};

const question: Behaviour = {
  title: 'question: asks in the middle of a turn, waits, and goes on with the answer',
  async run(cell) {
    const { stage } = cell;
    askAndGoOn(cell);
    const id = await cell.begin('asks');
    await answered(cell, id);
    if (isCursor(cell.agent)) {
      const { last_message } = await stage.get<{ last_message: string }>(['result', id]);
      expect(last_message).toContain('Blue.');
    } else {
      expect(toolResults(cell.requests('asks').at(-1)!).join()).toContain('Blue.');
    }
  },
};

export function askAndGoOn({ model }: Cell): void {
  model.script('asks', [
    ({ conversation }) => shell(`${askCommandIn(conversation)} 'Red or blue?'`),
    text('The user has told me.'),
  ]);
}

export async function answered({ stage, settled }: Cell, id: string): Promise<void> {
  await until(async () => (await stage.status(id)).reason === 'question', { what: 'it has asked' });
  await stage.get(['answer', id, '--message', 'Blue.']);
  expect(await settled(id)).toMatchObject({
    status: 'completed',
    attempts: [{ outcome: 'succeeded' }],
    questions: [{ taken_by: 'ask' }],
  });
}

const workerTools: Behaviour = {
  title: 'tools of dispatch for its worker: asks, reports and finishes by them',
  outcome: ({ backend }) =>
    ['codex', 'claude'].includes(backend)
      ? passes
      : cannot(backend === 'cursor-agent' ? 'takes servers from its own files only' : 'takes no MCP server'),
  async run(cell) {
    const tool = (name: string, input: object) => callTool(`mcp__dispatch_worker__${name}`, input);
    cell.model.script('tools', [
      tool('report_progress', { message: 'Half of it.' }),
      tool('ask_user', { question: 'Red or blue?' }),
      tool('finish', { output: 'Blue it is.' }),
      text('Done.'),
    ]);
    const id = await cell.begin('tools');
    await answered(cell, id);
    expect(await cell.settled(id)).toMatchObject({
      reason: 'worker_marked_done',
      progress: { message: 'Half of it.' },
    });
    expect(toolResults(cell.requests('tools').at(-1)!).join()).toContain('Blue.');
  },
};

const usage: Behaviour = {
  title: 'usage: of both turns of a resumed session, each counted once',
  outcome: ({ backend }) =>
    backend === 'codex'
      ? differs('tokens, no cost')
      : backend === 'cursor-agent'
        ? cannot('tells none')
        : passes,
  async run(cell) {
    const id = await work(cell);
    const first = (await cell.settled(id)).usage!;
    expect(first).toMatchObject({ input_tokens: 300, output_tokens: 60, cached_input_tokens: 0 });
    await cell.stage.get(['resume', id, '--message', 'Go on.']);
    const both = (await cell.settled(id)).usage!;
    expect(both).toMatchObject({ input_tokens: 400, output_tokens: 80, cached_input_tokens: 0 });
    if (cell.agent.backend === 'codex') expect([first.cost_usd, both.cost_usd]).toEqual([null, null]);
    else expect(both.cost_usd).toBeCloseTo((first.cost_usd! * 4) / 3, 6);
  },
};

export const lifecycle: readonly Behaviour[] = [start, resume, unknownSession, question, workerTools, usage];
