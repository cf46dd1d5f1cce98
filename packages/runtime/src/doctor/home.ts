import { lstatSync } from 'node:fs';
import { isMissing } from '@dispatch/core';
import { sep } from 'node:path';
import type { Dispatcher } from '../dispatcher.ts';
import type { Report } from './finding.ts';

/** Folders that the sandboxes of common agents let a worker write whatever the mode. */
const writableBySandboxes = ['/tmp', '/var/tmp', '/dev/shm'];

/** Grants are worth what their folder is worth. */
export function examineHome({ home, machine }: Dispatcher, report: Report): void {
  const { home: path } = home;
  const open = writableBySandboxes.find((folder) => path === folder || path.startsWith(folder + sep));
  if (open !== undefined)
    report({
      what: 'home_in_sandbox',
      task_id: null,
      path,
      action: `a sandboxed worker may write ${open}, and so its own grants: set DISPATCH_HOME to another folder`,
      repaired: false,
    });
  try {
    const stat = lstatSync(path);
    if (stat.uid !== machine.uid || (stat.mode & 0o022) !== 0)
      report({
        what: 'home_open',
        task_id: null,
        path,
        action: 'others may write it: make it yours alone (chmod 700)',
        repaired: false,
      });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
