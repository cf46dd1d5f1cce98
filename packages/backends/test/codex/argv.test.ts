import { describe, expect, it } from 'vitest';
import { codex } from '../../src/codex/index.ts';
import { request } from '../request.ts';

const auto = ['-s', 'workspace-write', '--add-dir', '/repo/.dispatch/tasks/t1'];
const thread = '01a1f879-6787-7851-aa1b-d0db5fa18cce';

describe('codexArgv', () => {
  it.each([
    ['auto', {}, ['exec', '--skip-git-repo-check', ...auto, '--json', '-']],
    [
      'danger',
      { execution_mode: 'danger', add_dirs: ['/x'] },
      ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', '--json', '-'],
    ],
    [
      'folders, each once',
      { add_dirs: ['/a b', '/repo/.dispatch/tasks/t1'] },
      ['exec', '--skip-git-repo-check', ...auto, '--add-dir', '/a b', '--json', '-'],
    ],
    [
      'a server for its worker, before the session that goes on',
      {
        session: { kind: 'resume', locator: { kind: 'id', value: thread } },
        worker_server: {
          ...{ command: '/opt/my "node"', args: ['/opt/d.cjs', 'worker-mcp'] },
          ...{ variables: ['DISPATCH_ATTEMPT', 'DISPATCH_ROOT'], tools: ['ask_user'] },
        },
      },
      [
        ...['exec', '--skip-git-repo-check', ...auto],
        ...['-c', 'mcp_servers.dispatch_worker.command="/opt/my \\"node\\""'],
        ...['-c', 'mcp_servers.dispatch_worker.args=["/opt/d.cjs","worker-mcp"]'],
        ...['-c', 'mcp_servers.dispatch_worker.env_vars=["DISPATCH_ATTEMPT","DISPATCH_ROOT"]'],
        ...['-c', 'mcp_servers.dispatch_worker.default_tools_approval_mode="approve"'],
        ...['-c', 'mcp_servers.dispatch_worker.tool_timeout_sec=1200'],
        ...['--json', 'resume', thread, '-'],
      ],
    ],
    [
      'resume with its sandbox',
      { session: { kind: 'resume', locator: { kind: 'id', value: thread } } },
      ['exec', '--skip-git-repo-check', ...auto, '--json', 'resume', thread, '-'],
    ],
    [
      'model, effort, system prompt',
      { model: 'gpt-5.5', effort: 'high', append_system_prompt: 'Say "a=b"\n\\é\u0007' },
      [
        ...['exec', '--skip-git-repo-check', ...auto, '-m', 'gpt-5.5', '-c', 'model_reasoning_effort="high"'],
        ...['-c', 'developer_instructions="Say \\"a=b\\"\\u000a\\\\é\\u0007"', '--json', '-'],
      ],
    ],
    [
      'own arguments before and behind ours, closed by a flag',
      { backend_args: ['-p', 'work'], agent_args: ['-i', 'a.png'] },
      ['exec', '-p', 'work', '--skip-git-repo-check', ...auto, '-i', 'a.png', '--json', '-'],
    ],
    [
      'own sandbox instead of ours',
      { agent_args: ['--sandbox=read-only', '--json', '--skip-git-repo-check'] },
      ['exec', '--sandbox=read-only', '--skip-git-repo-check', '--json', '-'],
    ],
  ] as const)('%s', (_name, changes, expected) => {
    expect(codex.argv(request(changes))).toEqual(expected);
  });

  it('refuses a system prompt that does not fit into one argument once quoted', () => {
    expect(codex.refuse(request({ append_system_prompt: 'a'.repeat(131_000) }))).toBeNull();
    expect(codex.refuse(request({ append_system_prompt: '"'.repeat(66_000) }))?.code).toBe(
      'system_prompt_too_long',
    );
  });
});
