import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { keepStores } from '../../../scripts/test/keep-stores.mjs';
import { createFile, encodeEvent, Journal, sha256, type AnyDraft, type Clock } from '../src/index.ts';
import type { BodyRef, EventDataOf, ProcessIdentity, RootRef } from '../src/index.ts';

export const sampleId = '000000000abcde';
export const root: RootRef = { path: '/home/u/project/.dispatch', dev: '1', ino: '2' };
export const machine: Omit<ProcessIdentity, 'pid' | 'start_time'> = {
  boot_id: 'boot',
  host: 'host',
  pid_namespace: '4026531836',
};

export function body(path: string, text = 'text'): BodyRef {
  return { path, sha256: sha256(text), bytes: Buffer.byteLength(text) };
}

/** A folder of its own that is gone after the test. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-core-')));
  onTestFinished(() => {
    keepStores(folder);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export function createdData(id = sampleId): EventDataOf<'created'> {
  return {
    id,
    title: 'Fix the login',
    prompt: body('prompt.md'),
    preview: 'text',
    task_mode: 'direct',
    task_source: 'inline_prompt',
    backend: 'codex',
    backend_type: 'codex',
    model: null,
    execution_mode: 'auto',
    workspace_root: '/home/u/project',
    place: 'local',
    root,
    settings: {
      on_interrupt: 'resume',
      timeout_seconds: null,
      stall_timeout_seconds: null,
      leftovers: 'keep',
      verify: null,
      verify_timeout_seconds: null,
    },
    key_sha256: null,
    origin: 'user',
  };
}

export const drafts = {
  created: (id?: string): AnyDraft => ({ kind: 'created', message: 'created', data: createdData(id) }),
  note: (message = 'a note'): AnyDraft => ({ kind: 'note', message, data: {} }),
  started: (attempt = 0, answers: string[] = []): AnyDraft => ({
    kind: 'attempt_started',
    message: `attempt ${attempt}`,
    data: {
      attempt,
      attempt_nonce: `nonce${attempt}`,
      kind: 'one_shot',
      cause: attempt === 0 ? 'run' : 'resume',
      automatic: false,
      task_mode: 'direct',
      prompt: body(`outputs/attempt-00${attempt}.prompt.md`),
      message: null,
      answers,
      execution_mode: 'auto',
      session: null,
      resumes_session: false,
      agent_version: null,
      session_storage: null,
      environment_changed: [],
      workspace_path: null,
      ...machine,
      monotonic_ms: 1000,
    },
  }),
  claimed: (attempt = 0): AnyDraft => ({
    kind: 'attempt_claimed',
    message: 'claimed',
    data: {
      attempt,
      claim: { attempt_nonce: `nonce${attempt}`, pid: 77, start_time: '5', ...machine, root },
    },
  }),
  ended: (attempt = 0, more: Partial<EventDataOf<'attempt_ended'>> = {}): AnyDraft => ({
    kind: 'attempt_ended',
    message: 'ended',
    data: {
      attempt,
      outcome: 'succeeded',
      status: 'completed',
      reason: 'turn_succeeded',
      detail: null,
      next: null,
      exit_code: 0,
      usage: null,
      leftovers: [],
      ...more,
    },
  }),
  asked: (question = '001', text = 'Which port?', monotonicMs = 2000): AnyDraft => ({
    kind: 'question_asked',
    message: 'asked',
    data: { question, sha256: sha256(text), preview: text, monotonic_ms: monotonicMs },
  }),
  answered: (question = '001', text = 'Which port?', monotonicMs = 5000): AnyDraft => ({
    kind: 'question_answered',
    message: 'answered',
    data: {
      question,
      question_sha256: sha256(text),
      answer: body(`mailbox/${question}.answer`, '8080'),
      by: 'command',
      monotonic_ms: monotonicMs,
    },
  }),
};

/** A clock that gives another second at every look. */
export function tickingClock(): Clock {
  let seconds = 0;
  return { now: () => new Date(Date.UTC(2026, 10, 21) + 1000 * (seconds += 1)) };
}

/** The lines of a journal that holds these events, each with a nonce of its own. */
export function linesOf(events: readonly AnyDraft[], first = 1): Buffer[] {
  const clock = tickingClock();
  return events.map((draft, index) => encodeEvent(draft, first + index, `n${first + index}`, clock.now()));
}

/** A task folder with a journal of that content, and no snapshot. */
export function taskFolder(content: Buffer | string = Buffer.concat(linesOf([drafts.created()]))): {
  taskDir: string;
  eventsFile: string;
  taskFile: string;
  journal: () => Journal;
  text: () => string;
} {
  const taskDir = join(temporaryFolder(), sampleId);
  mkdirSync(taskDir);
  const eventsFile = join(taskDir, 'events.jsonl');
  createFile(eventsFile, content, 'cached');
  return {
    taskDir,
    eventsFile,
    taskFile: join(taskDir, 'task.json'),
    journal: () => new Journal(taskDir, tickingClock()),
    text: () => readFileSync(eventsFile, 'utf8'),
  };
}
