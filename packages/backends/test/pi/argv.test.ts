import { describe, expect, it } from 'vitest';
import { pi } from '../../src/pi/index.ts';
import { request } from '../request.ts';

const file = { kind: 'file', value: '/home/user/.dispatch/runtime/sessions/t1/s.jsonl' } as const;
const head = ['-p', '--mode', 'json'];

describe('piArgv', () => {
  it.each([
    ['auto', {}, head],
    ['standard', { execution_mode: 'standard', add_dirs: ['/x'] }, head],
    ['danger', { execution_mode: 'danger' }, head],
    ['read_only', { execution_mode: 'read_only' }, [...head, '--tools', 'read,grep,find,ls']],
    ['a new session', { session: { kind: 'new', locator: file } }, [...head, '--session', file.value]],
    [
      'a resumed one, which has its attachments',
      { session: { kind: 'resume', locator: file }, attachments: ['/a.png'] },
      [...head, '--session', file.value],
    ],
    [
      'a fork, whose copy is there',
      {
        session: { kind: 'fork', from: { kind: 'file', value: '/old.jsonl' }, locator: file },
        attachments: ['/a.png', '/b c.txt'],
      },
      [...head, '--session', file.value, '@/a.png', '@/b c.txt'],
    ],
    [
      'model, effort, system prompt',
      { model: 'stub/m:high', effort: 'low', append_system_prompt: 'README.md' },
      [...head, '--model', 'stub/m:high', '--thinking', 'low', '--append-system-prompt', 'README.md\n'],
    ],
    [
      'own arguments before and behind ours',
      { backend_args: ['--offline'], agent_args: ['-ne'], session: { kind: 'new', locator: file } },
      [...head, '--offline', '--session', file.value, '-ne'],
    ],
  ] as const)('%s', (_name, changes, expected) => {
    expect(pi.argv(request(changes))).toEqual(expected);
  });

  it('opens the same session in the same mode', () => {
    const resumed = request({ session: { kind: 'resume', locator: file }, execution_mode: 'read_only' });
    expect(pi.interactiveArgv(resumed)).toEqual(['--tools', 'read,grep,find,ls', '--session', file.value]);
  });

  it('reserves a file of a new name', () => {
    expect(pi.reserveSession(() => 'u-1')).toEqual({ kind: 'file', value: 'u-1.jsonl' });
  });

  it('says where an effort is not passed on', () => {
    expect(pi.caveats(request({ effort: 'high' }))).toEqual([]);
    expect(pi.caveats(request({ effort: 'max', version: '0.87.1' }))).toEqual([]);
    expect(pi.caveats(request({ effort: 'max', version: '0.73.1' })).join()).toContain('no effort max');
  });

  it('refuses a system prompt that no argument can carry', () => {
    expect(pi.refuse(request({ append_system_prompt: 'a'.repeat(131_000) }))).toBeNull();
    expect(pi.refuse(request({ append_system_prompt: 'a'.repeat(131_071) }))?.code).toBe(
      'system_prompt_too_long',
    );
  });
});
