import type { AgentRequest } from '../src/index.ts';

/** A plain request in mode auto, with what a test changes. */
export function request(changes: Partial<AgentRequest> = {}): AgentRequest {
  return {
    workspace: '/repo',
    task_dir: '/repo/.dispatch/tasks/t1',
    prompt_file: '/repo/.dispatch/tasks/t1/outputs/attempt-000.prompt.md',
    model: null,
    execution_mode: 'auto',
    version: null,
    prompt_text: null,
    ask: { node: '/usr/bin/node', program: '/opt/dispatch.cjs' },
    effort: null,
    add_dirs: [],
    read_dirs: [],
    commit_paths: [],
    attachments: [],
    append_system_prompt: null,
    backend_args: [],
    agent_args: [],
    session: { kind: 'new', locator: null },
    worker_server: null,
    is_root: false,
    environment: {},
    ...changes,
  };
}
