import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { artifactsOf, putProgress, type AnyDraft, type Task } from '@dispatch/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Surroundings } from '../../src/dispatcher.ts';
import { memoryRecorder, observeMailbox, type Recorder } from '../../src/observe/index.ts';
import { SampleTask, startedWall } from './sample.ts';

let taskDir: string;
let nowMs: number;
let drafts: AnyDraft[];

beforeEach(() => {
  taskDir = mkdtempSync(join(tmpdir(), 'dispatch-progress-'));
  mkdirSync(join(taskDir, 'mailbox'));
  nowMs = startedWall;
  drafts = [];
});
afterEach(() => rmSync(taskDir, { recursive: true }));

const surroundings = { clock: { now: () => new Date(nowMs) } } as Surroundings;
const say = (text: string): void => putProgress(join(taskDir, 'mailbox'), text);

function recorderOf(task: Task): Recorder {
  const inMemory = memoryRecorder(
    { ...task, artifacts: artifactsOf(taskDir) },
    taskDir,
    () => new Date(nowMs),
  );
  return {
    isDurable: false,
    get task() {
      return inMemory.task;
    },
    record(draft) {
      drafts.push(draft);
      inMemory.record(draft);
    },
  };
}

describe('what a worker reports', () => {
  test('is journalled once, and again where it says something else', () => {
    const recorder = recorderOf(new SampleTask().task);
    expect(observeMailbox(surroundings, recorder, false)).toBe(false);
    say('Half of it.\n');
    observeMailbox(surroundings, recorder, false);
    observeMailbox(surroundings, recorder, false);
    expect(drafts).toMatchObject([
      { kind: 'progress_reported', data: { attempt: 0, message: 'Half of it.' } },
    ]);
    expect(recorder.task).toMatchObject({
      status: 'running',
      progress: { attempt: 0, message: 'Half of it.', at: new Date(nowMs).toISOString() },
    });
  });

  test('too often is heard once a second, and the last word in any case', () => {
    const recorder = recorderOf(new SampleTask().task);
    for (let at = 0; at < 50; at += 1) {
      say(`Step ${at}.`);
      const isHeldBack = observeMailbox(surroundings, recorder, false);
      expect(isHeldBack).toBe(at % 10 !== 0);
      nowMs += 100;
    }
    say('The end.');
    observeMailbox(surroundings, recorder, true);
    expect(drafts.map(({ data }) => (data as { message: string }).message)).toEqual([
      ...['Step 0.', 'Step 10.', 'Step 20.', 'Step 30.', 'Step 40.', 'The end.'],
    ]);
  });

  test('is heard though the clock was set back', () => {
    const recorder = recorderOf(new SampleTask().task);
    say('Before.');
    observeMailbox(surroundings, recorder, false);
    nowMs -= 3_600_000;
    say('After.');
    expect(observeMailbox(surroundings, recorder, false)).toBe(false);
    expect(recorder.task.progress?.message).toBe('After.');
  });

  test('fits a line of the journal, however long it is', () => {
    const recorder = recorderOf(new SampleTask().task);
    say('é\u0001'.repeat(100_000));
    observeMailbox(surroundings, recorder, false);
    expect(Buffer.byteLength(JSON.stringify(drafts[0]))).toBeLessThan(1200);
  });

  test('is nothing where it is empty, or no attempt of an agent lives', () => {
    const living = new SampleTask().task;
    writeFileSync(join(taskDir, 'mailbox/progress'), ' \n');
    observeMailbox(surroundings, recorderOf(living), false);
    say('Too late.');
    const ended = { ...living, attempts: [{ ...living.attempts[0]!, phase: 'ended' as const }] };
    const check = { ...living, attempts: [{ ...living.attempts[0]!, kind: 'check' as const }] };
    for (const task of [ended, check]) observeMailbox(surroundings, recorderOf(task), true);
    expect(drafts).toEqual([]);
  });

  test('a link in its place is damage', () => {
    symlinkSync('/etc/hostname', join(taskDir, 'mailbox/progress'));
    observeMailbox(surroundings, recorderOf(new SampleTask().task), false);
    expect(drafts).toMatchObject([{ kind: 'damage_found', data: { what: 'planted_link' } }]);
  });
});
