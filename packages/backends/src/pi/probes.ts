import type { Backend } from '../backend.ts';

export const probes: Backend['probes'] = {
  // 0.73.1 prints it on stderr wherever stdin is no terminal.
  version: { argv: ['--version'], parse: (output) => /^(\d+\.\d+\.\d+\S*)\s*$/m.exec(output)?.[1] ?? null },
  // It lists what there are credentials for. `pi auth check` says nothing without the name of a provider (0.87.1), or
  // is unknown (0.73.1, which takes its words for a prompt).
  login: {
    argv: ['--list-models', '--offline'],
    parse: ({ stdout, stderr }) => {
      const output = `${stdout}\n${stderr}`;
      if (/^No models available/m.test(output)) return false;
      return /^provider\s+model\s/m.test(output) ? true : null;
    },
  },
  newSession: null,
};
