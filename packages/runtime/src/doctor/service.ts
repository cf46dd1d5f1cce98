import type { Surroundings } from '../dispatcher.ts';
import { serviceStatus } from '../service/index.ts';
import type { Report } from './finding.ts';

/** A service that names what is gone starts nothing after the next boot, and nobody would hear of it. */
export async function examineService(surroundings: Surroundings, report: Report): Promise<void> {
  const { path, node, program, stale_because: because } = await serviceStatus(surroundings);
  const gone = [
    ...(because.includes('node_gone') ? [node] : []),
    ...(because.includes('program_gone') ? [program] : []),
  ];
  if (gone.length === 0) return;
  report({
    what: 'service_stale',
    task_id: null,
    path,
    action: `it starts ${gone.join(' with ')}, which is gone: \`dispatch supervise --install\` writes it anew`,
    repaired: false,
  });
}
