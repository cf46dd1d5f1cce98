import { bodyRef } from '../../src/disk/hash.ts';
import type { TaskDraft } from '../../src/store/create.ts';

/** A task to be, whose prompt and title are `text`. */
export function draftOf(id: string, text = 'Fix the login.'): TaskDraft {
  return {
    bodies: { 'prompt.md': text },
    created: {
      id,
      title: text,
      prompt: bodyRef('prompt.md', text),
      preview: text,
      task_mode: 'direct',
      task_source: 'inline_prompt',
      backend: 'codex',
      backend_type: 'codex',
      model: null,
      execution_mode: 'auto',
      workspace_root: '/home/u/project',
      place: 'local',
      root: { path: '/home/u/project/.dispatch', dev: '1', ino: '2' },
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
    },
  };
}
