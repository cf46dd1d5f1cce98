import {
  bodyRef,
  createTask,
  initStore,
  newestTaskId,
  newTaskId,
  recordIndexedBoot,
  removeActiveMarker,
} from '@dispatch/core';
import { readFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** What this worker was told to do. */
export const told = JSON.parse(process.argv[2] ?? '{}');

export function say(value) {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

/** Answers each request line with what `answer` returns. The process ends with its stdin. */
export async function serve(answer) {
  for await (const line of createInterface({ input: process.stdin })) say(await answer(JSON.parse(line)));
  process.exit(0);
}

export function storeAt(root) {
  const wish = { root, environment: {}, cwd: '/' };
  const { store } = initStore(wish, { force: true });
  // As a supervisor leaves it: readers of an index from before the last boot look at every task.
  recordIndexedBoot(store, readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  return store;
}

/** A task that nobody will start; returns its id. */
export function addTask(store) {
  const id = newTaskId({ now: new Date(), newest: newestTaskId(store) });
  const prompt = 'A prompt of some two lines, as most of them are.\n'.repeat(8);
  createTask(store, {
    created: {
      id,
      title: 'A task of the bench',
      prompt: bodyRef('prompt.md', prompt),
      preview: prompt,
      task_mode: 'direct',
      task_source: 'inline_prompt',
      backend: 'bench',
      backend_type: 'generic',
      model: null,
      execution_mode: 'auto',
      workspace_root: store.root,
      place: 'local',
      root: store.ref,
      settings: {
        on_interrupt: 'park',
        timeout_seconds: null,
        stall_timeout_seconds: null,
        leftovers: 'keep',
        verify: null,
        verify_timeout_seconds: null,
      },
      key_sha256: null,
      origin: 'sandboxed_host',
    },
    bodies: { 'prompt.md': prompt },
  });
  return id;
}

/** The user cancels it before it was started. */
export function endTask(store, id) {
  store.journal(id).commit(() => ({
    kind: 'status_changed',
    message: 'cancelled by the user',
    data: { status: 'cancelled', reason: 'user', detail: null },
  }));
  removeActiveMarker(store, { id, attempt: 0 });
}

export function note(message) {
  return { kind: 'note', message, data: {} };
}
