import type { Backend } from '../backend.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** By its documentation: a version is a date and a commit, `2026.01.28-fd13201`. */
export const probes: Backend['probes'] = {
  version: {
    argv: ['--version'],
    parse: (stdout) => /^(\d{4}\.\d+\.\d+\S*|\d+\.\d+\.\d+\S*)$/m.exec(stdout.trim())?.[1] ?? null,
  },
  login: { argv: ['status'], parse: ({ stdout, stderr }) => loggedIn(`${stdout}\n${stderr}`) },
  newSession: {
    argv: ['create-chat'],
    parse: (stdout) => stdout.split(/\s+/).findLast((word) => uuid.test(word)) ?? null,
  },
};

function loggedIn(said: string): boolean | null {
  if (/not (logged|signed) in|not authenticated|log ?in required|authentication required/i.test(said))
    return false;
  return /logged in|signed in|authenticated/i.test(said) ? true : null;
}
