import type { Backend } from '../backend.ts';

const measured_versions = ['0.73.1', '0.87.1'];

export const modes: Backend['modes'] = {
  read_only: {
    confinement: 'permissions',
    flags: '--tools read,grep,find,ls',
    measured_versions,
    caveat:
      'pi in mode read_only has no shell and no tool that writes, but nothing else keeps it: it cannot ask or write plan.md and output.md, and its last message is the result',
  },
  standard: {
    confinement: 'none',
    flags: 'none: pi knows no permissions and no sandbox',
    measured_versions,
    caveat: unconfined('standard'),
  },
  auto: {
    confinement: 'none',
    flags: 'none: pi knows no permissions and no sandbox',
    measured_versions,
    caveat: unconfined('auto'),
  },
  danger: { confinement: 'none', flags: 'none', measured_versions, caveat: null },
};

function unconfined(mode: string): string {
  return `pi in mode ${mode} is not confined: it asks nobody, and may run and write whatever you may`;
}
