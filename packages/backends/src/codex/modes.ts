import type { Backend } from '../backend.ts';

const measured_versions = ['0.169.0'];

export const modes: Backend['modes'] = {
  read_only: {
    confinement: 'sandbox',
    flags: 'a permission profile: everything is read, only the mailbox is written',
    measured_versions,
    caveat:
      'codex in mode read_only has no network and cannot write output.md: its last message is the result',
  },
  standard: {
    confinement: 'agent_configuration',
    flags: '--add-dir of the task folder',
    measured_versions,
    caveat:
      'codex in mode standard does what its own configuration allows; where that is its read-only default, it cannot ask or write plan.md and output.md',
  },
  auto: {
    confinement: 'sandbox',
    flags: '-s workspace-write',
    measured_versions,
    caveat: 'codex in mode auto runs in its sandbox, which has no network',
  },
  danger: {
    confinement: 'none',
    flags: '--dangerously-bypass-approvals-and-sandbox',
    measured_versions,
    caveat: null,
  },
};
