import type { AgentRequest } from '../backend.ts';

/** Which kind of native session the configured arguments ask for. */
export function sessionPlaceholder(args: readonly string[]): 'file' | 'id' | null {
  if (args.some((argument) => argument.includes('{session_file}'))) return 'file';
  if (args.some((argument) => argument.includes('{session_id}'))) return 'id';
  return null;
}

/**
 * The configured arguments with their placeholders filled in; an unknown `{x}` stays as it is. Where no model is set,
 * `{model}` goes, together with the flag that it is the value of.
 */
export function expandArguments(request: AgentRequest): string[] {
  const values = placeholderValues(request);
  const expanded: string[] = [];
  request.backend_args.forEach((argument, index) => {
    if (request.model === null) {
      if (argument === '{model}') {
        const previous = request.backend_args[index - 1];
        if (previous !== undefined && /^--?[^-\s=]/.test(previous)) expanded.pop();
        return;
      }
      if (/^--?[^-\s=][^\s=]*=\{model\}$/.test(argument)) return;
    }
    expanded.push(argument.replace(/\{([a-z_]+)\}/g, (literal, name: string) => values.get(name) ?? literal));
  });
  return expanded;
}

function placeholderValues(request: AgentRequest): ReadonlyMap<string, string> {
  const locator = request.session.locator;
  const values = new Map([
    ['workspace', request.workspace],
    ['prompt_file', request.prompt_file],
    ['model', request.model ?? ''],
  ]);
  if (locator !== null) {
    values.set(
      'session_id',
      locator.kind === 'id' ? locator.value : locator.value.slice(locator.value.lastIndexOf('/') + 1),
    );
    if (locator.kind === 'file') values.set('session_file', locator.value);
  }
  return values;
}
