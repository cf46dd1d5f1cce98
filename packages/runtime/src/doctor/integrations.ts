import { existsSync } from 'node:fs';
import type { Surroundings } from '../dispatcher.ts';
import { readRecords } from '../integrate/record.ts';
import type { Report } from './finding.ts';

/** A host that is told of a program that is gone says no more than that a server does not start. */
export function examineIntegrations({ home }: Surroundings, report: Report): void {
  for (const { host, home: hostHome, node, program } of readRecords(home)) {
    const gone = [node, program].filter((path) => !existsSync(path));
    if (gone.length > 0)
      report({
        what: 'integration_stale',
        task_id: null,
        path: hostHome,
        action: `${host} starts ${gone.join(' with ')}, which is gone: \`dispatch integrate ${host}\` writes it anew`,
        repaired: false,
      });
  }
}
