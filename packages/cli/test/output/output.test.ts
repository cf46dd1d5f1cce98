import { NotFoundError } from '@dispatch/core';
import { describe, expect, test } from 'vitest';
import { Output } from '../../src/output/output.ts';
import { wantsColor } from '../../src/output/terminal.ts';
import { fakeOutside } from '../outside.ts';

describe('with --json', () => {
  test('a result is one document on stdout', () => {
    const outside = fakeOutside();
    new Output(outside, true).result({ a: 'x\n' }, () => expect.fail('no text is made'));
    expect(outside).toMatchObject({ stdout: '{"ok":true,"data":{"a":"x\\n"}}\n', stderr: '' });
  });

  test('an error is one, too, and its exit status is returned', () => {
    const outside = fakeOutside();
    expect(new Output(outside, true).failure(new NotFoundError('task_not_found', 'no task x', 'look'))).toBe(
      3,
    );
    expect(outside.stdout).toBe(
      '{"ok":false,"error":{"code":"task_not_found","message":"no task x","hint":"look"}}\n',
    );
    expect(outside.stderr).toBe('');
  });

  test('the commands that it recommends keep the root that was typed', () => {
    const hintAt = (root: string | null, hint: string): string => {
      const outside = fakeOutside();
      new Output(outside, true, root).failure(new NotFoundError('task_not_found', 'no task x', hint));
      return (JSON.parse(outside.stdout) as { error: { hint: string } }).error.hint;
    };
    const hint = 'run `dispatch list`, or dispatch resume abcd --message "…"';
    expect(hintAt(null, hint)).toBe(hint);
    expect(hintAt('/a $& b', hint)).toBe(
      "run `dispatch --root '/a $& b' list`, or dispatch --root '/a $& b' resume abcd --message \"…\"",
    );
    for (const prose of ['use a newer dispatch', 'what dispatch runs', 'Form: dispatch list [options]'])
      expect(hintAt('/r', prose)).toBe(prose);
  });

  test('what is no error of ours to name is our bug', () => {
    const outside = fakeOutside();
    expect(new Output(outside, true).failure(new TypeError('x is no function'))).toBe(1);
    expect(JSON.parse(outside.stdout)).toMatchObject({
      ok: false,
      error: { code: 'internal', message: 'x is no function' },
    });
    expect(outside.stderr).toBe('');
  });

  test('a full disk is not our bug, whichever call met it', () => {
    const outside = fakeOutside();
    const error = Object.assign(new Error('ENOSPC: fsync'), { code: 'ENOSPC', path: '/srv/tasks' });
    expect(new Output(outside, true).failure(error)).toBe(6);
    expect(JSON.parse(outside.stdout)).toMatchObject({
      error: { code: 'disk_full', message: 'no space left to write /srv/tasks' },
    });
  });

  test('DISPATCH_DEBUG=1 shows the stack on stderr', () => {
    const outside = fakeOutside({ environment: { DISPATCH_DEBUG: '1' } });
    new Output(outside, true).failure(new TypeError('x'));
    expect(outside.stderr).toContain('output.test.ts');
  });

  test('a long list is written piece by piece into one document', async () => {
    const outside = fakeOutside();
    await new Output(outside, true).list({ task_id: 'a' }, 'items', [{ n: 1 }, { n: 2 }], () => ({
      position: null,
    }));
    expect(JSON.parse(outside.stdout)).toEqual({
      ok: true,
      data: { task_id: 'a', items: [{ n: 1 }, { n: 2 }], position: null },
    });
  });

  test('an error in the midst of it does not put a second document behind it', async () => {
    const outside = fakeOutside();
    const output = new Output(outside, true);
    const broken = function* () {
      yield 1;
      throw new NotFoundError('gone', 'it went away');
    };
    await output
      .list({ task_id: 'a' }, 'items', broken(), () => ({}))
      .catch((error) => output.failure(error));
    expect(outside.stdout).toBe('{"ok":true,"data":{"task_id":"a","items":[1');
    expect(outside.stderr).toContain('it went away');
  });
});

describe('for people', () => {
  test('lines have no white space at their end', () => {
    const outside = fakeOutside();
    new Output(outside, false).result({}, () => ['a  ', '', 'b']);
    expect(outside.stdout).toBe('a\n\nb\n');
  });

  test('an error is on stderr, its control characters made harmless', () => {
    const outside = fakeOutside();
    new Output(outside, false).failure(new NotFoundError('x', 'no \u001b[2Jtask', 'hint'));
    expect(outside).toMatchObject({ stdout: '', stderr: 'dispatch: no ␛[2Jtask\nhint\n' });
  });

  test('nothing more is written once nobody reads', () => {
    const outside = fakeOutside();
    const output = new Output(outside, false);
    output.raw('a');
    outside.closed = true;
    output.raw('b');
    expect(output.closed.aborted).toBe(true);
    outside.closed = false;
    output.raw('c');
    expect(outside.stdout).toBe('a');
  });
});

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, false, true],
  [{ TERM: 'dumb' }, true, false],
])('colour with %j, terminal %s: %s', (env, interactive, expected) => {
  expect(wantsColor(env, interactive)).toBe(expected);
});
