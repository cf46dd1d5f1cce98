import { describe, expect, it } from 'vitest';
import { claude } from '../../src/claude/index.ts';
import { request } from '../request.ts';

const task = '/repo/.dispatch/tasks/t1';
const auto = ['--allowedTools', 'Bash', '--permission-mode', 'acceptEdits', '--add-dir', task];
const output = ['--output-format', 'stream-json', '--verbose'];
const uuid = '45e26213-6260-4d21-ac1f-0352eab6cbf2';
const server = {
  ...{ command: '/usr/bin/node', args: ['/opt/dispatch.cjs', 'worker-mcp'], variables: ['DISPATCH_ATTEMPT'] },
  tools: ['ask_user', 'finish'],
};
const tools = ['mcp__dispatch_worker__ask_user', 'mcp__dispatch_worker__finish'];
const config =
  '{"mcpServers":{"dispatch_worker":{"type":"stdio","command":"/usr/bin/node",' +
  '"args":["/opt/dispatch.cjs","worker-mcp"],"timeout":1200000,"alwaysLoad":true}}}';

describe('claudeArgv', () => {
  it.each([
    ['auto', {}, ['-p', ...auto, ...output]],
    [
      'danger',
      { execution_mode: 'danger' },
      ['-p', '--dangerously-skip-permissions', '--add-dir', task, ...output],
    ],
    [
      'a folder to read',
      { read_dirs: ['/s/paint'] },
      ['-p', '--allowedTools', 'Bash', 'Read(//s/paint/**)', ...auto.slice(2), ...output],
    ],
    [
      'a folder that a rule would read otherwise',
      { read_dirs: ['/s/a (b) [c]\\d'] },
      ['-p', '--allowedTools', 'Bash', 'Read(//s/a ?b? ?c??d/**)', ...auto.slice(2), ...output],
    ],
    [
      'a new session',
      { session: { kind: 'new', locator: { kind: 'id', value: uuid } } },
      ['-p', ...auto, ...output, '--session-id', uuid],
    ],
    [
      'resume, folders, model, effort, system prompt',
      {
        session: { kind: 'resume', locator: { kind: 'id', value: uuid } },
        add_dirs: ['/a b', task],
        model: 'sonnet',
        effort: 'high',
        append_system_prompt: '--be brief',
      },
      [
        ...['-p', ...auto, '/a b', ...output, '--model', 'sonnet', '--effort', 'high'],
        ...['--append-system-prompt', '--be brief', '--resume', uuid],
      ],
    ],
    [
      'a server for its worker, whose tools it may call',
      { worker_server: server },
      [
        ...['-p', '--allowedTools', 'Bash', ...tools, '--permission-mode', 'acceptEdits', '--add-dir', task],
        ...['--mcp-config', config, ...output],
      ],
    ],
    [
      'that in mode danger, where nothing has to be allowed',
      { execution_mode: 'danger', worker_server: server },
      ['-p', '--dangerously-skip-permissions', '--add-dir', task, '--mcp-config', config, ...output],
    ],
    [
      'own arguments, out of reach of the lists',
      { backend_args: ['--mcp-config', 'a.json'], agent_args: ['--max-turns', '3'] },
      ['-p', '--mcp-config', 'a.json', ...auto, ...output, '--max-turns', '3'],
    ],
  ] as const)('%s', (_name, changes, expected) => {
    expect(claude.argv(request(changes))).toEqual(expected);
  });

  it('never lets a list of words reach the end or a word of the user', () => {
    const argv = claude.argv(request({ agent_args: ['word'], add_dirs: ['/x'] }));
    expect(argv.at(-2)).toBe('--verbose');
  });
});

describe('refuse', () => {
  it.each([
    [{ execution_mode: 'danger', is_root: true }, 'danger_refused_as_root'],
    [
      { execution_mode: 'danger', is_root: true, environment: { IS_SANDBOX: 'yes' } },
      'danger_refused_as_root',
    ],
    [{ execution_mode: 'danger', is_root: true, environment: { IS_SANDBOX: '1' } }, undefined],
    [{ execution_mode: 'danger', is_root: false }, undefined],
    [{ execution_mode: 'auto', is_root: true }, undefined],
    [{ append_system_prompt: 'é'.repeat(66_000) }, 'system_prompt_too_long'],
    [{ append_system_prompt: 'a\0b' }, 'system_prompt_has_nul'],
  ] as const)('%j: %s', (changes, code) => {
    expect(claude.refuse(request(changes))?.code).toBe(code);
  });
});

it.each([
  ['2.1.197', 'turn'],
  ['2.1.250', 'turn'],
  ['2.1.328', 'session'],
  [null, 'session'],
])('%s tells the cost of its %s', (version, cost) => {
  expect(claude.usage_scope(version)).toEqual({ tokens: 'turn', cost });
});
