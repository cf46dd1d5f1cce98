import { marker, startArguments, type ServiceCommand, type ServiceProgram } from './command.ts';

/** Text of a systemd user unit that runs the command once, when its user's manager starts. */
export function systemdUnit({ node, program, home }: ServiceCommand): string {
  return `# ${marker}
[Unit]
Description=dispatch: goes on with the tasks that a reboot has interrupted

[Service]
Type=oneshot
# The command starts supervisors, these start agents, and all of them outlive it in the control group of this unit.
# So systemd ends none of them when the command is done or the unit is stopped, and the unit stays active: its status
# shows them, and to start it again starts nothing twice.
KillMode=process
RemainAfterExit=yes
Environment=${quoted(`DISPATCH_HOME=${home}`)}
ExecStart=${commandLine([node, program, ...startArguments])}

[Install]
WantedBy=default.target
`;
}

/** What the command line of such a unit names; null where it is not of our making. */
export function programOfUnit(text: string): ServiceProgram | null {
  const line = /^ExecStart=[-@:+!|]*(.*)$/m.exec(text)?.[1] ?? '';
  const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, inQuotes, bare], at) => {
    const word = (inQuotes ?? bare!).replace(/\\(?:x([\da-f]{2})|(.))/g, unescaped).replaceAll('%%', '%');
    return at === 0 ? word : word.replaceAll('$$', '$');
  });
  const [node, program, ...rest] = words.slice(-2 - startArguments.length);
  if (node === undefined || program === undefined || rest.join(' ') !== startArguments.join(' ')) return null;
  return { node, program };
}

/** By systemd.service(5), "Command lines". */
function commandLine([program, ...rest]: [string, ...string[]]): string {
  // systemd takes no program whose path has such characters (`string_is_safe` in its sources); a shell does.
  // eslint-disable-next-line no-control-regex
  if (/['"\\\x00-\x1f\x7f]/.test(program))
    return commandLine(['/bin/sh', '-c', 'exec "$@"', 'dispatch', program, ...rest]);
  // In the path of the program a dollar stands for itself, in every other word it begins a variable.
  return [program, ...rest.map((word) => word.replaceAll('$', '$$$$'))].map(wordOf).join(' ');
}

function wordOf(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
  // eslint-disable-next-line no-control-regex
  return `"${text.replaceAll('%', '%%').replace(/["\\\x00-\x1f\x7f]/g, escaped)}"`;
}

function escaped(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function unescaped(_: string, hex: string | undefined, character: string | undefined): string {
  return hex === undefined ? character! : String.fromCharCode(parseInt(hex, 16));
}
