import { existsSync } from 'node:fs';
import type { Surroundings } from '../dispatcher.ts';
import { integrateCommand, namesProgram } from '../integrate/host.ts';
import { readRecords } from '../integrate/record.ts';
import type { Report } from './finding.ts';

/** A host that is told of a program that is gone says no more than that a server does not start. */
export function examineIntegrations({ home, environment }: Surroundings, report: Report): void {
  for (const { path, record } of readRecords(home)) {
    if (record === null) {
      report({
        what: 'integration_record_damaged',
        task_id: null,
        path,
        action:
          'it does not say what was put into the host: take that out by hand as ' +
          '`dispatch integrate HOST --print` shows it, then remove this file',
        repaired: false,
      });
      continue;
    }
    const { host, home: hostHome, node, program } = record;
    const gone = namesProgram(host) ? [node, program].filter((one) => !existsSync(one)) : [];
    if (gone.length === 0) continue;
    const command = integrateCommand(host, hostHome, environment);
    report({
      what: 'integration_stale',
      task_id: null,
      path: hostHome,
      action: `${host} starts ${gone.join(' with ')}, which is gone: \`${command}\` writes it anew`,
      repaired: false,
    });
  }
}
