import type { Backend } from '../backend.ts';
import { asRecord } from '../transcript/shapes.ts';

export const probes: Backend['probes'] = {
  version: {
    argv: ['--version'],
    parse: (stdout) => /^(\d+\.\d+\.\d+\S*) \(Claude Code\)/m.exec(stdout)?.[1] ?? null,
  },
  login: { argv: ['auth', 'status'], parse: ({ stdout }) => loggedIn(stdout) },
  newSession: null,
};

function loggedIn(stdout: string): boolean | null {
  try {
    const answer = asRecord(JSON.parse(stdout))?.loggedIn;
    return typeof answer === 'boolean' ? answer : null;
  } catch {
    return null;
  }
}
