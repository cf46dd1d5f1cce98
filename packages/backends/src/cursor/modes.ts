import type { Backend } from '../backend.ts';

/** By its documentation; no mode was ever seen at work. */
export const modes: Backend['modes'] = {
  read_only: {
    confinement: 'permissions',
    flags: '--mode ask',
    measured_versions: [],
    caveat:
      'cursor-agent in mode read_only answers only: it can neither ask nor write output.md, its last message is the result',
  },
  standard: {
    confinement: 'agent_configuration',
    flags: 'none',
    measured_versions: [],
    caveat:
      'cursor-agent in mode standard does what its own configuration allows, and is denied what it would ask about',
  },
  auto: {
    confinement: 'sandbox',
    flags: '--sandbox enabled',
    measured_versions: [],
    caveat:
      'cursor-agent in mode auto runs in its own sandbox; what its configuration does not allow there is denied',
  },
  danger: {
    confinement: 'none',
    flags: '--force',
    measured_versions: [],
    caveat: null,
  },
};
