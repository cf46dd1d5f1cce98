/**
 * Options of any command that take a value, with the value's name in help. Needed before the command's own file is
 * loaded, so that `--title list run` is not taken for `list`; a test holds it against what the commands declare.
 */
export const valuedOptions: Readonly<Record<string, string>> = {
  '--root': 'PATH',
  '--prompt': 'TEXT',
  '--from': 'FILE',
  '--agent': 'NAME',
  '--skill': 'FILE|NAME',
  '--backend': 'NAME',
  '--model': 'NAME',
  '--execution-mode': 'MODE',
  '--mode': 'MODE',
  '--task-mode': 'MODE',
  '--title': 'TEXT',
  '--workspace': 'FOLDER',
  '--timeout': 'TIME',
  '--stall-timeout': 'TIME',
  '--on-interrupt': 'POLICY',
  '--leftovers': 'POLICY',
  '--worker-tools': 'POLICY',
  '--verify': 'COMMAND',
  '--verify-timeout': 'TIME',
  '--effort': 'LEVEL',
  '--add-dir': 'FOLDER',
  '--attach': 'FILE',
  '--append-system-prompt': 'TEXT',
  '--key': 'KEY',
  '--limit': 'N',
  '--event-limit': 'N',
  '--after': 'POSITION',
  '--position': 'POSITION',
  '--as': 'NAME',
  '--until': 'WHAT',
  '--attempt': 'N',
  '--message': 'TEXT',
  '--question': 'N',
  '--session': 'ID',
  '--arg': 'ARG',
  '--type': 'TYPE',
  '--kind': 'KIND',
  '--like': 'ID',
  '--older-than': 'TIME',
  '--status': 'STATUS',
  '--since': 'TIME',
  '--text': 'WORDS',
  '--output': 'FILE',
  '--scoped-model': 'ID',
  '--guidance': 'TEXT',
};

/** Of these, those that stand alone in one command. */
const standsAloneIn: Readonly<Record<string, string>> = { '--status': 'supervise' };

/** `command`: its first word, or null where that is not known yet. */
export function takesValue(name: string, command: string | null): boolean {
  return Object.hasOwn(valuedOptions, name) && (command === null || standsAloneIn[name] !== command);
}

/** Options of any command that stand alone. */
export const plainOptions: readonly string[] = [
  '--json',
  '--help',
  '-h',
  '--version',
  '-V',
  '--force',
  '--all',
  '--foreground',
  '--no-input',
  '--follow',
  '--raw',
  '--stderr',
  '--any',
  '--resume',
  '--fresh',
  '--conformance',
  '--take-over',
  '--allow-commit',
  '--no-verify',
  '--no-agent',
  '--active',
  '--dry-run',
  '--print',
  '--everywhere',
  '--watch',
  '--unacknowledged',
  '--begin',
  '--origin',
  '--revoke',
  '--bootstrap-config',
  '--install',
  '--uninstall',
  '--undo',
];

export const everyOption: readonly string[] = [...Object.keys(valuedOptions), ...plainOptions];

/** `--name`, `--name=value`, `-x`; not `-`, `-5`, `- an item` or `--two words`. */
export function readOption(token: string): { name: string; value: string | null } | null {
  const [, name, value] = /^(--?[A-Za-z][^\s=]*)(?:=([\s\S]*))?$/.exec(token) ?? [];
  return name === undefined ? null : { name, value: value ?? null };
}
