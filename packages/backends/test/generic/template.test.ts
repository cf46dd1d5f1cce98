import { describe, expect, it } from 'vitest';
import { genericBackend } from '../../src/generic/index.ts';
import { request } from '../request.ts';

const expand = (args: readonly string[], changes: Parameters<typeof request>[0] = {}) =>
  genericBackend(args).argv(request({ backend_args: args, ...changes }));

describe('generic arguments', () => {
  it('fills placeholders anywhere inside an argument and leaves unknown ones alone', () => {
    expect(expand(['--in={prompt_file}', '-C', '{workspace}/sub', '{home}', '{}', 'a{ model }'])).toEqual([
      '--in=/repo/.dispatch/tasks/t1/outputs/attempt-000.prompt.md',
      ...['-C', '/repo/sub', '{home}', '{}', 'a{ model }'],
    ]);
  });

  it('fills nothing in twice', () => {
    expect(expand(['{model}'], { model: '{workspace}' })).toEqual(['{workspace}']);
    expect(expand(['{model}'], { model: '$&' })).toEqual(['$&']);
  });

  it.each([
    [
      ['run', '--model', '{model}', '-q'],
      ['run', '-q'],
    ],
    [['--model={model}', '-q'], ['-q']],
    [['exec', '{model}'], ['exec']],
    [['--', '{model}'], ['--']],
    [['{model}', '{model}'], []],
    [['-m', '{model}', '{model}'], []],
    [
      ['sh', '-c', 'agent "{model}"'],
      ['sh', '-c', 'agent ""'],
    ],
  ])('without a model %j is %j', (args, expected) => {
    expect(expand(args)).toEqual(expected);
  });

  it('has native sessions exactly where the command names one', () => {
    const file = { kind: 'file', value: '/home/user/s/u1' } as const;
    const byFile = genericBackend(['--session', '{session_file}', '{session_id}']);
    expect(byFile.sessions).toBe('preallocated');
    expect(byFile.reserveSession(() => 'u1')).toEqual({ kind: 'file', value: 'u1' });
    expect(
      byFile.argv(
        request({
          backend_args: ['--session', '{session_file}', '{session_id}'],
          session: { kind: 'resume', locator: file },
        }),
      ),
    ).toEqual(['--session', '/home/user/s/u1', 'u1']);
    expect(genericBackend(['--id={session_id}']).reserveSession(() => 'u1')).toEqual({
      kind: 'id',
      value: 'u1',
    });
    expect(genericBackend(['run'])).toMatchObject({ sessions: 'none', has_transcript: false });
    expect(genericBackend(['run']).reserveSession(() => 'u1')).toBeNull();
  });

  it('ends with what was typed, and says what cannot be passed on', () => {
    expect(expand(['run'], { agent_args: ['-v'] })).toEqual(['run', '-v']);
    const caveats = (changes: Parameters<typeof request>[0]) => genericBackend([]).caveats(request(changes));
    expect(caveats({ model: 'm', effort: 'high' })).toEqual(['a generic command is not told: model, effort']);
    expect(caveats({ model: 'm', backend_args: ['{model}'] })).toEqual([]);
  });
});
