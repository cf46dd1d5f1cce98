import { readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';

const fileSystems = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlayfs'],
]);

/** The machine in a line. */
export function machineLine(folder) {
  const memory = Math.round(totalmem() / 1024 ** 3);
  const type = statfsSync(folder).type;
  const fileSystem = fileSystems.get(type) ?? `file system 0x${type.toString(16)}`;
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  return `${availableParallelism()} cores (${model}), ${memory} GiB, Linux ${release()}, ${fileSystem}`;
}

/** Load of the last minute: what else the machine did while this was measured. */
export function load() {
  return readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ');
}

/** `results`: one a row, with a figure for each node, in the order of `nodes`. */
export function markdownTable(nodes, results, { verdict }) {
  const titles = nodes.map(({ version }) => `node ${version.slice(1)}`);
  const lines = [
    `| work | bar | ${titles.join(' | ')} | verdict |`,
    `|${'---|'.repeat(nodes.length + 3)}`,
    ...results.map(({ work, bar, figures }) => {
      const shown = nodes.map((_, index) => figures[index]?.shown ?? '-');
      return `| ${work.replaceAll('|', '\\|')} | ${bar} | ${shown.join(' | ')} | ${verdictOf(figures[0], verdict)} |`;
    }),
  ];
  return lines.join('\n');
}

function verdictOf(figure, binding) {
  // What stands there for comparison has no bar.
  if (!binding || figure?.ok === undefined) return '-';
  return figure.ok ? 'met' : '**missed**';
}

export function notes(results) {
  return results.map(({ work, how, figures }) => {
    const details = figures.map((figure) => figure?.detail).filter((detail) => detail !== undefined);
    return `- ${work}: ${how}${details.length === 0 ? '' : ` (${details.join('; ')})`}`;
  });
}
