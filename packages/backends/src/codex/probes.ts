import type { Backend } from '../backend.ts';

export const probes: Backend['probes'] = {
  version: {
    argv: ['--version'],
    parse: (stdout) => /^codex-cli (\d+\.\d+\.\d+\S*)/m.exec(stdout)?.[1] ?? null,
  },
  // Exit status 1 and "Not logged in" where it is logged out; it knows nothing of keys of a provider in config.toml.
  login: {
    argv: ['login', 'status'],
    parse: ({ exit_code }) => (exit_code === 0 ? true : exit_code === 1 ? false : null),
  },
  newSession: null,
};
