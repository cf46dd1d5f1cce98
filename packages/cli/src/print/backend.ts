import type { BackendReport } from '@dispatch/runtime';
import type { Page } from '../output/output.ts';
import { harmlessLine } from './harmless.ts';
import { wrap } from './wrap.ts';

const modeOrder = ['read_only', 'standard', 'auto', 'danger'] as const;

/** An agent in a line, what stands in its way, and, where that is asked for, what its modes mean. */
export function backendLines(
  backend: BackendReport,
  { style, width }: Page,
  { modes }: { modes: boolean },
): string[] {
  const { name, kind, installed, executable, notes } = backend;
  const state = installed ? style.green('installed') : style.dim('not installed');
  return [
    [
      style.bold(harmlessLine(name)),
      ...(name === kind ? [] : [`(${kind})`]),
      state,
      ...versionWords(backend),
      ...loginWords(backend),
      ...(installed ? [style.dim(harmlessLine(executable ?? ''))] : []),
    ].join('  '),
    ...(installed ? notes : []).flatMap((note) =>
      wrap(`  ${harmlessLine(note)}`, width, 2).map(style.magenta),
    ),
    ...(modes ? modeLines(backend, width) : []),
  ];
}

function versionWords({ version, measured }: BackendReport): string[] {
  if (version === null) return [];
  return [
    `${version} (${{ measured: 'measured', in_range: 'in the measured range', other: 'not measured', unknown: 'not measured' }[measured]})`,
  ];
}

function loginWords({ logged_in: loggedIn }: BackendReport): string[] {
  return loggedIn === null ? [] : [loggedIn ? 'logged in' : 'not logged in'];
}

const confinements = {
  sandbox: 'a sandbox of the system',
  permissions: 'its own rules on tools',
  agent_configuration: 'its own configuration',
  none: 'nothing',
} as const;

function modeLines({ modes }: BackendReport, width: number): string[] {
  return modeOrder.flatMap((mode) => {
    const { confinement, flags } = modes[mode];
    return wrap(`  ${mode.padEnd(9)} kept by ${confinements[confinement]}: ${flags}`, width, 12);
  });
}
