import type { Backend } from '../backend.ts';

const measured = ['2.1.250', '2.1.328'];

export const modes: Backend['modes'] = {
  read_only: {
    confinement: 'permissions',
    flags: '--permission-mode dontAsk --disallowedTools Write,Edit,NotebookEdit',
    measured_versions: measured,
    caveat:
      'claude in mode read_only is kept by its own rules on tools, not by the system: it runs no command but those it knows to read only, and writes no output.md',
  },
  standard: {
    confinement: 'agent_configuration',
    flags: '--allowedTools of the task folder and of dispatch ask',
    measured_versions: measured,
    caveat:
      'claude in mode standard does what its own configuration allows, and is denied what it would ask about',
  },
  auto: {
    confinement: 'permissions',
    flags: '--permission-mode acceptEdits --allowedTools Bash',
    measured_versions: ['2.1.197', ...measured],
    caveat:
      'claude in mode auto keeps its file tools to the workspace, but not its shell: Bash may write anywhere',
  },
  danger: {
    confinement: 'none',
    flags: '--dangerously-skip-permissions',
    measured_versions: ['2.1.197', ...measured],
    caveat: null,
  },
};
