import { describe, expect, it } from 'vitest';
import { cursor } from '../../src/cursor/index.ts';
import { request } from '../request.ts';

const start = ['-p', '--output-format', 'stream-json', '--trust', '--approve-mcps', '--workspace', '/repo'];
const sandbox = ['--sandbox', 'enabled'];
const chat = '45e26213-6260-4d21-ac1f-0352eab6cbf2';
const locator = { kind: 'id', value: chat } as const;

describe('cursorArgv', () => {
  it.each([
    ['auto', {}, [...start, ...sandbox, '--', 'Go.']],
    ['read_only', { execution_mode: 'read_only' }, [...start, '--mode', 'ask', '--', 'Go.']],
    ['standard', { execution_mode: 'standard' }, [...start, '--', 'Go.']],
    ['danger', { execution_mode: 'danger' }, [...start, '--force', '--', 'Go.']],
    [
      'a new chat that was made before',
      { session: { kind: 'new', locator } },
      [...start, ...sandbox, '--resume', chat, '--', 'Go.'],
    ],
    [
      'resume with its model',
      { session: { kind: 'resume', locator }, model: 'sonnet-4' },
      [...start, '--model', 'sonnet-4', ...sandbox, '--resume', chat, '--', 'Go.'],
    ],
    [
      'own arguments before and behind ours, instead of our mode',
      { backend_args: ['--api-key', 'k'], agent_args: ['--yolo'] },
      ['--api-key', 'k', ...start, '--yolo', '--', 'Go.'],
    ],
    [
      'a prompt that begins like an option',
      { prompt_text: '--force "x"\n' },
      [...start, ...sandbox, '--', '--force "x"\n'],
    ],
    ['without its prompt, for people', { prompt_text: null }, [...start, ...sandbox]],
  ] as const)('%s', (_name, changes, expected) => {
    expect(cursor.argv(request({ prompt_text: 'Go.', ...changes }))).toEqual(expected);
  });

  it('opens its own program on a chat, and not without one', () => {
    const resumed = request({ session: { kind: 'resume', locator }, execution_mode: 'danger' });
    expect(cursor.interactiveArgv(resumed)).toEqual(['--workspace', '/repo', '--force', '--resume', chat]);
    expect(cursor.interactiveArgv(request())).toBeNull();
  });
});

describe('what cursor-agent is not given', () => {
  const refusal = (text: string | null) => cursor.refuse(request({ prompt_text: text }))?.code ?? null;

  it('refuses a prompt that cannot be an argument, and none of the length that is not pointed to', () => {
    expect(refusal(null)).toBeNull();
    expect(refusal('a'.repeat(102_400))).toBeNull();
    expect(refusal('a'.repeat(102_401))).toBe('prompt_too_long');
    expect(refusal('€'.repeat(cursor.max_prompt_chars ?? 0))).toBeNull();
    expect(refusal('a\0b')).toBe('prompt_has_nul');
  });

  it('refuses attachments and says what it does not pass on', () => {
    expect(cursor.refuse(request({ attachments: ['/repo/a.png'] }))?.code).toBe('attachment_unsupported');
    expect(cursor.caveats(request({ effort: 'high', add_dirs: ['/x'] }))).toContain(
      'cursor-agent is not told: effort, additional folders',
    );
  });
});
