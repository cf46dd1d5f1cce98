import type { Backend } from '../backend.ts';

export const probes: Backend['probes'] = {
  version: {
    argv: ['--version'],
    parse: (stdout) => /^codex-cli (\d+\.\d+\.\d+\S*)/m.exec(stdout)?.[1] ?? null,
  },
  // Exit status 1 and "Not logged in" where it is logged out.
  login: {
    argv: ['login', 'status'],
    parse: ({ exit_code }) => (exit_code === 0 ? true : exit_code === 1 ? false : null),
    // It knows nothing of the keys of a provider that is configured.
    unless: {
      path: ({ CODEX_HOME: own, HOME: home }) =>
        own ? `${own}/config.toml` : home ? `${home}/.codex/config.toml` : null,
      holds: (text) => /^\s*model_provider\s*=\s*["'](?!openai["'])/m.test(text),
    },
  },
  newSession: null,
};
