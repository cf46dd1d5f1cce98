import { describe, expect, it } from 'vitest';
import { claude } from '../src/claude/index.ts';
import { codex } from '../src/codex/index.ts';
import { request } from './request.ts';

const ask = 'Bash("/usr/bin/node" "/opt/dispatch.cjs" ask:*)';
const task = '/repo/.dispatch/tasks/t1';

describe('modes of claude', () => {
  it('read_only: asks, and reads what was attached; file tools are taken away', () => {
    const argv = claude.argv(request({ execution_mode: 'read_only', attachments: ['/in/a.pdf'] }));
    expect(argv.slice(1, 9)).toEqual([
      ...['--allowedTools', ask, 'Read(//in/a.pdf)', '--disallowedTools', 'Write', 'Edit', 'NotebookEdit'],
      '--permission-mode',
    ]);
    expect(argv).toContain('dontAsk');
  });

  it('standard: no mode of ours, and the task folder', () => {
    const argv = claude.argv(request({ execution_mode: 'standard' }));
    expect(argv.slice(1, 4)).toEqual(['--allowedTools', ask, `Edit(/${task}/**)`]);
    expect(argv).not.toContain('--permission-mode');
  });

  it('forks under an id of its own', () => {
    const session = {
      kind: 'fork',
      from: { kind: 'id', value: 'old' },
      locator: { kind: 'id', value: 'new' },
    } as const;
    expect(claude.argv(request({ session })).slice(-5)).toEqual([
      ...['--resume', 'old', '--fork-session', '--session-id', 'new'],
    ]);
  });

  it('opens its own program without what makes it headless', () => {
    const argv = claude.interactiveArgv(
      request({ session: { kind: 'resume', locator: { kind: 'id', value: 'x' } } }),
    );
    expect(argv).not.toContain('-p');
    expect(argv).not.toContain('stream-json');
    expect(argv!.slice(-2)).toEqual(['--resume', 'x']);
  });
});

describe('modes of codex', () => {
  it('read_only: a profile in which only the mailbox is written', () => {
    const argv = codex.argv(request({ execution_mode: 'read_only' }));
    expect(argv).toContain(
      `permissions.dispatch_read_only.filesystem={":root"="read","${task}/mailbox"="write"}`,
    );
    expect(argv).not.toContain('-s');
  });

  it('standard: no sandbox of ours', () => {
    const argv = codex.argv(request({ execution_mode: 'standard' }));
    expect(argv.slice(0, 4)).toEqual(['exec', '--skip-git-repo-check', '--add-dir', task]);
  });

  it('auto: what a commit needs only where it was granted', () => {
    const granted = codex.argv(request({ commit_paths: ['/repo/.git'] }));
    expect(granted.join(' ')).toContain(
      '-s workspace-write --add-dir /repo/.dispatch/tasks/t1 --add-dir /repo/.git',
    );
    expect(codex.argv(request()).join(' ')).not.toContain('.git ');
  });

  it('forks by its own command, and shows pictures only', () => {
    const session = { kind: 'fork', from: { kind: 'id', value: 'old' }, locator: null } as const;
    expect(codex.argv(request({ session })).slice(-3)).toEqual(['fork', 'old', '-']);
    expect(codex.argv(request({ attachments: ['/a.png'] }))).toContain('--image=/a.png');
    expect(codex.refuse(request({ attachments: ['/a.pdf'] }))?.code).toBe('attachment_unsupported');
  });
});
