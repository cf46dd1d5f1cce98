import { expect, test } from 'vitest';
import {
  attemptEnvironment,
  capturedEnvironment,
  changedVariables,
  isTypedByAgent,
  withoutMarks,
} from '../../src/environment/index.ts';

const codex = {
  host_variables: ['CODEX_CI', 'CODEX_THREAD_ID', 'CODEX_SANDBOX*', 'PAGER', 'NO_COLOR'],
  isHostPathEntry: (entry: string) => entry.includes('/.codex/tmp/'),
};
const claude = { host_variables: ['CLAUDECODE', 'CLAUDE_CODE_SESSION_ID'] };
const hosts = [codex, claude];

test('the marks of an attempt are nobody else’s', () => {
  const typed = {
    DISPATCH_ATTEMPT: 'a:0',
    DISPATCH_ROOT: '/r',
    DISPATCH_TASK_DIR: '/t',
    DISPATCH_ASK_TIMEOUT: '5',
    DISPATCH_HOME: '/h',
    HOME: '/me',
    UNSET: undefined,
  };
  expect(capturedEnvironment(typed, hosts)).toEqual({ DISPATCH_HOME: '/h', HOME: '/me' });
  expect(withoutMarks(typed)).toEqual({ DISPATCH_HOME: '/h', HOME: '/me' });
});

test('what a host injects is left out, its entry in PATH too', () => {
  const typed = {
    CODEX_THREAD_ID: '1',
    CODEX_SANDBOX_NETWORK_DISABLED: '1',
    CLAUDE_CODE_SESSION_ID: '2',
    CODEX_HOME: '/c',
    PAGER: 'cat',
    NO_COLOR: '1',
    PATH: '/me/.codex/tmp/path/x:/bin::/usr/bin',
  };
  expect(capturedEnvironment(typed, hosts)).toEqual({ CODEX_HOME: '/c', PATH: '/bin::/usr/bin' });
});

test('what people set themselves stays where no host shows itself', () => {
  const typed = { PAGER: 'less', NO_COLOR: '1', CLAUDE_CODE_USE_BEDROCK: '1' };
  expect(capturedEnvironment(typed, hosts)).toEqual(typed);
  expect(capturedEnvironment({ ...typed, CLAUDECODE: '1' }, hosts)).toEqual(typed);
});

test('an attempt has its marks, whatever was captured or a backend adds', () => {
  const surroundings = { taskId: 'abc', attempt: 2, rootPath: '/r', taskDir: '/r/tasks/abc' };
  const extra = { DISPATCH_ATTEMPT: 'forged', A: 'backend', DISPATCH_ASK_TIMEOUT: '9' };
  const captured = { A: 'typed', B: 'kept', DISPATCH_ROOT: '/elsewhere', DISPATCH_ASK_ATTEMPT: '1' };
  expect(attemptEnvironment(captured, { ...surroundings, extra })).toEqual({
    A: 'backend',
    B: 'kept',
    DISPATCH_ASK_TIMEOUT: '9',
    DISPATCH_ATTEMPT: 'abc:2',
    DISPATCH_ROOT: '/r',
    DISPATCH_TASK_DIR: '/r/tasks/abc',
  });
});

test.for<[Record<string, string>, boolean]>([
  [{}, false],
  [{ NO_COLOR: '1', PAGER: 'cat', TERM: 'dumb', DISPATCH_ROOT: '/r' }, false],
  [{ CLAUDE_CODE_SSE_PORT: '1234', CLAUDE_CODE_USE_BEDROCK: '1' }, false],
  [{ CLAUDECODE: '1' }, true],
  [{ CODEX_THREAD_ID: 'x' }, true],
  [{ PI_CODING_AGENT: 'true' }, true],
  [{ DISPATCH_ATTEMPT: 'a:0' }, true],
])('typed by an agent in %j: %s', ([env, is]) => {
  expect(isTypedByAgent(env)).toBe(is);
});

test('changes are told by name', () => {
  expect(changedVariables({ A: '1', B: '2', C: '3' }, { A: '1', B: 'secret', D: '4' })).toEqual([
    'B',
    'C',
    'D',
  ]);
});
