import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bodyRef, newNonce, writeGrant, type EventDataOf, type Grant } from '@dispatch/core';
import { thisMachine } from '../../src/index.ts';
import type { StoreInAFolder } from './store-in-a-folder.ts';

export interface Planted {
  id: string;
  nonce: string;
  grant: Grant;
}

/**
 * A task whose journal says that its first attempt was started, and which no launcher has claimed. By default the
 * attempt is granted and was started so long ago that its time for a claim is up.
 */
export async function plantedAttempt(
  store: StoreInAFolder,
  change: {
    grant?: Partial<Grant> | null;
    started?: Partial<EventDataOf<'attempt_started'>>;
    prompt?: string;
    id?: string;
  } = {},
): Promise<Planted> {
  const { task_id: id } = await (change.id === undefined ? recorded(store) : { task_id: change.id });
  const dispatcher = store.dispatcher();
  const machine = thisMachine();
  const nonce = newNonce();
  const prompt = bodyRef(`outputs/attempt-000.${nonce}.prompt.md`, 'do it');
  const journal = dispatcher.store.journal(id);
  const { task } = journal.refresh();
  writeFileSync(join(journal.taskDir, prompt.path), change.prompt ?? 'do it', { mode: 0o600 });
  const grant: Grant = {
    version: 1,
    task_id: id,
    attempt: 0,
    attempt_nonce: nonce,
    runs: 'agent',
    automatic_used: 0,
    checks_used: 0,
    root: dispatcher.store.ref,
    workspace: store.workspace,
    backend: 'agent',
    backend_type: 'generic',
    executable: join(store.folder, 'bin', 'agent'),
    backend_args: [],
    model: null,
    execution_mode: 'auto',
    task_mode: 'direct',
    settings: task!.settings,
    effort: null,
    add_dirs: [],
    commit_paths: [],
    attachments: [],
    agent_version: null,
    append_system_prompt: null,
    agent_args: [],
    begins_from: null,
    environment: store.environment,
    request_sha256: task!.prompt_sha256,
    prompt_sha256: prompt.sha256,
    ...change.grant,
  };
  if (change.grant !== null) writeGrant(dispatcher.home, grant);
  journal.commit(() => ({
    kind: 'attempt_started',
    message: 'attempt 0 started',
    data: {
      attempt: 0,
      attempt_nonce: nonce,
      kind: 'one_shot',
      cause: 'run',
      automatic: false,
      task_mode: 'direct',
      prompt,
      message: null,
      answers: [],
      execution_mode: 'auto',
      session: null,
      resumes_session: false,
      agent_version: null,
      session_storage: null,
      environment_changed: [],
      workspace_path: null,
      host: machine.host(),
      boot_id: machine.bootId(),
      pid_namespace: machine.pidNamespace(),
      monotonic_ms: machine.monotonicMs() - 11_000,
      ...change.started,
    },
  }));
  return { id, nonce, grant };
}

/** A task that is recorded only, as if it had been typed in a sandbox. */
export async function recorded(store: StoreInAFolder): Promise<{ task_id: string }> {
  store.environment['CODEX_SANDBOX'] = 'seatbelt';
  try {
    return await store.run('');
  } finally {
    delete store.environment['CODEX_SANDBOX'];
  }
}
