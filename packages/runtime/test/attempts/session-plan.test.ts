import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBackend } from '@dispatch/backends';
import { homeLayoutOf, type SessionLocator, type Task } from '@dispatch/core';
import { causeWith, planSession } from '../../src/attempts/session-plan.ts';

const pi = findBackend('pi')!;
const claude = findBackend('claude')!;
const history = [
  { type: 'session', version: 3, id: 's' },
  { type: 'message', message: { role: 'user', content: [] } },
];

let folder: string;
let home: ReturnType<typeof homeLayoutOf>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-session-plan-'));
  home = homeLayoutOf(folder);
  mkdirSync(join(home.sessions, 't1'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function taskWith(locator: SessionLocator, established = false): Task {
  return { id: 't1', session: { locator, established, given_up: false }, attempts: [] as object[] } as Task;
}

function file(content: string | null): SessionLocator {
  const value = join(home.sessions, 't1', 'one.jsonl');
  if (content !== null) writeFileSync(value, content);
  return { kind: 'file', value };
}

const lines = history.map((record) => `${JSON.stringify(record)}\n`).join('');

describe('a session that is a file', () => {
  it('is reserved in the folder of the task', () => {
    const plan = planSession(pi, { id: 't1', session: null } as Task, 'run', home);
    expect(plan).toMatchObject({ kind: 'new', locator: { kind: 'file' } });
    expect((plan as { locator: SessionLocator }).locator.value).toMatch(
      new RegExp(`^${join(home.sessions, 't1')}/[\\w-]+\\.jsonl$`),
    );
  });

  it('is resumed where it holds what was said, established or not', () => {
    for (const established of [true, false]) {
      const task = taskWith(file(lines), established);
      const plan = planSession(pi, task, 'interrupted', home);
      expect(plan).toEqual({ kind: 'resume', locator: task.session!.locator });
      expect(causeWith(task, plan, 'interrupted')).toBe('interrupted');
    }
  });

  it.each([
    ['missing', null],
    ['empty', ''],
    ['without a word of the user', lines.split('\n')[0]!],
    ['rubbish', 'garbage\n'],
  ])('is given up for another where it is %s and was never established', (_what, content) => {
    const task = taskWith(file(content));
    for (const cause of ['interrupted', 'resume', 'answer', 'session_unknown'] as const) {
      const plan = planSession(pi, task, cause, home);
      expect(plan).toMatchObject({ kind: 'new', locator: { kind: 'file' } });
      expect((plan as { locator: SessionLocator }).locator.value).not.toBe(task.session!.locator.value);
      expect(causeWith(task, plan, cause)).toBe('session_unknown');
    }
  });

  it('is lost where it was established and holds nothing', () => {
    for (const content of [null, '', 'garbage\n']) {
      expect(() => planSession(pi, taskWith(file(content), true), 'resume', home)).toThrow(
        expect.objectContaining({ code: 'session_lost' }) as Error,
      );
    }
  });

  it('is not read through a link, nor anywhere but in the folder of the task', () => {
    const link = join(home.sessions, 't1', 'link.jsonl');
    symlinkSync(file(lines).value, link);
    expect(() => planSession(pi, taskWith({ kind: 'file', value: link }), 'resume', home)).toThrow(
      expect.objectContaining({ code: 'planted_link' }) as Error,
    );
    const elsewhere = taskWith({ kind: 'file', value: join(home.sessions, 't2', 'one.jsonl') });
    expect(() => planSession(pi, elsewhere, 'resume', home)).toThrow(
      expect.objectContaining({ code: 'grant_mismatch' }) as Error,
    );
  });
});

describe('a session that is an id', () => {
  const task = taskWith({ kind: 'id', value: 'one' });

  it('is resumed', () => {
    for (const backend of [claude, pi])
      expect(planSession(backend, task, 'resume', home)).toEqual({
        kind: 'resume',
        locator: task.session!.locator,
      });
  });

  it('is begun under the same reference where the agent does not know it', () => {
    const plan = planSession(claude, task, 'session_unknown', home);
    expect(plan).toEqual({ kind: 'new', locator: task.session!.locator });
    expect(causeWith(task, plan, 'session_unknown')).toBe('session_unknown');
  });

  it('is left for another where that was asked for, whatever is on record', () => {
    const given = { ...task, session: { ...task.session!, established: true, given_up: true } };
    const plan = planSession(claude, given, 'fresh', home);
    expect(plan).toMatchObject({ kind: 'new', locator: { kind: 'id' } });
    expect((plan as { locator: SessionLocator }).locator.value).not.toBe('one');
    expect(causeWith(given, plan, 'fresh')).toBe('fresh');
    expect(planSession(pi, given, 'fresh', home)).toMatchObject({ kind: 'new', locator: { kind: 'file' } });
  });

  it('is not resumed a third time where it failed at once, unless somebody insists', () => {
    const once = { resumes_session: true, outcome: 'failed', reason: 'agent_error', model_took_part: false };
    const poisoned = {
      ...task,
      session: { ...task.session!, established: true },
      attempts: [once, once],
    } as Task;
    for (const cause of ['resume', 'answer', 'interrupted'] as const)
      expect(() => planSession(claude, poisoned, cause, home)).toThrow(
        expect.objectContaining({ code: 'session_poisoned' }) as Error,
      );
    expect(planSession(claude, poisoned, 'resume', home, { insists: true })).toMatchObject({
      kind: 'resume',
    });
    expect(planSession(claude, poisoned, 'fresh', home)).toMatchObject({ kind: 'new' });
  });
});

describe('a task that begins from another session', () => {
  const none = { id: 't1', session: null, attempts: [] as object[] } as Task;
  const at = (value: string): SessionLocator => ({ kind: 'file', value });

  it('copies it, and goes on in the copy once that is there', () => {
    const source = join(folder, 'source.jsonl');
    writeFileSync(source, lines);
    const from = { how: 'fork', session: at(source) } as const;
    expect(planSession(pi, none, 'run', home, { from })).toMatchObject({ kind: 'fork', from: at(source) });
    expect(planSession(pi, taskWith(file(lines)), 'interrupted', home, { from })).toMatchObject({
      kind: 'resume',
    });
    expect(planSession(pi, none, 'fresh', home, { from })).toMatchObject({ kind: 'new' });
    writeFileSync(source, '');
    expect(() => planSession(pi, none, 'run', home, { from })).toThrow(/is gone or holds no conversation/);
  });

  it('keeps the id that was reserved for the copy where the agent does not know it', () => {
    const session = { kind: 'id', value: 'old' } as const;
    const from = { how: 'fork', session } as const;
    const plan = planSession(claude, none, 'run', home, { from });
    expect(plan).toMatchObject({ kind: 'fork', from: session, locator: { kind: 'id' } });
    const task = taskWith((plan as { locator: SessionLocator }).locator);
    expect(planSession(claude, task, 'interrupted', home, { from })).toMatchObject({ kind: 'resume' });
    const again = planSession(claude, task, 'session_unknown', home, { from });
    expect(again).toEqual(plan);
    expect(causeWith(task, again, 'interrupted')).toBe('interrupted');
  });

  it('goes on in a file outside of its folder only where that very one was adopted', () => {
    const mine = join(folder, 'mine.jsonl');
    writeFileSync(mine, lines);
    const task = taskWith(at(mine), true);
    const adopted = { how: 'adopt', session: at(mine) } as const;
    expect(planSession(pi, task, 'resume', home, { from: adopted })).toEqual({
      kind: 'resume',
      locator: at(mine),
    });
    for (const from of [
      null,
      { how: 'fork', session: at(mine) } as const,
      { how: 'adopt', session: at(`${mine}x`) } as const,
    ])
      expect(() => planSession(pi, task, 'resume', home, { from })).toThrow(/would not have made/);
  });
});
