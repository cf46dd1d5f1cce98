import { apply, type AnyDraft, type Attempt, type JournalEvent, type Task } from '@dispatch/core';

/** Wall clock at the start of the sample's attempt. */
export const startedWall = Date.parse('2026-11-21T10:00:00.000Z');
/** Monotonic clock at that moment. */
export const startedMs = 1_000_000;

/** A task with one living attempt, folded from events at times that the test sets. Milliseconds since the start. */
export class SampleTask {
  #task: Task | null = null;

  constructor() {
    const settings = {
      on_interrupt: 'resume',
      timeout_seconds: 600,
      stall_timeout_seconds: 300,
      leftovers: 'keep',
      verify: null,
      verify_timeout_seconds: null,
    } as const;
    const body = { path: 'prompt.md', sha256: 'x', bytes: 1 };
    this.add(0, {
      kind: 'created',
      message: '',
      data: {
        id: 'sample',
        title: 'sample',
        prompt: body,
        preview: 'p',
        task_mode: 'direct',
        task_source: 'inline_prompt',
        backend: 'codex',
        backend_type: 'codex',
        model: null,
        execution_mode: 'auto',
        workspace_root: '/nowhere',
        place: 'local',
        root: { path: '/nowhere', dev: '1', ino: '1' },
        settings,
        key_sha256: null,
        origin: 'user',
      },
    });
    this.add(0, {
      kind: 'attempt_started',
      message: '',
      data: {
        attempt: 0,
        attempt_nonce: 'nonce',
        kind: 'one_shot',
        cause: 'run',
        automatic: false,
        task_mode: 'direct',
        prompt: body,
        message: null,
        answers: [],
        execution_mode: 'auto',
        session: null,
        resumes_session: false,
        agent_version: null,
        session_storage: null,
        environment_changed: [],
        workspace_path: null,
        host: 'machine:host',
        boot_id: 'boot',
        pid_namespace: '4026531836',
        monotonic_ms: startedMs,
      },
    });
  }

  get task(): Task {
    return this.#task!;
  }

  get attempt(): Attempt {
    return this.task.attempts[0]!;
  }

  /** An event at `wallMs` of the wall clock. */
  add(wallMs: number, draft: AnyDraft): void {
    const timestamp = new Date(startedWall + wallMs).toISOString();
    const event = { ...draft, sequence: 1, nonce: 'n', timestamp } as JournalEvent;
    this.#task = apply(this.#task, event, '/nowhere');
  }

  ask(question: string, wallMs: number, monotonicMs = wallMs): void {
    this.add(wallMs, {
      kind: 'question_asked',
      message: '',
      data: { question, sha256: question, preview: 'q', monotonic_ms: startedMs + monotonicMs },
    });
  }

  answer(question: string, wallMs: number, monotonicMs = wallMs): void {
    this.add(wallMs, {
      kind: 'question_answered',
      message: '',
      data: {
        question,
        question_sha256: question,
        answer: { path: `mailbox/${question}.answer`, sha256: 'a', bytes: 1 },
        by: 'command',
        monotonic_ms: startedMs + monotonicMs,
      },
    });
  }
}
