import { existsSync } from 'node:fs';

type Shell = readonly [string, ...string[]];

const candidates: readonly { name: string; shell: Shell }[] = [
  { name: '/bin/sh', shell: ['/bin/sh'] },
  { name: 'bash as sh', shell: ['/bin/bash', '--posix'] },
  { name: 'busybox', shell: [process.env['BUSYBOX'] ?? '/bin/busybox', 'sh'] },
];

/** The shells of this machine; `BUSYBOX` names one that is elsewhere. */
export const shells = candidates.filter(({ shell }) => existsSync(shell[0]));
