import { RefusedError, UsageError } from '../errors.ts';
import { genericType, type AgentConfig, type Config } from './config.ts';
import type { YamlEditor, YamlValue } from './edit-yaml.ts';
import { suggestName } from './nearest.ts';
import { parseConfig, validName } from './parse-config.ts';

/** One change of a config, as it was typed. What is null or empty is left out of the file. */
export type ConfigEdit =
  | { kind: 'set_default'; name: string }
  | { kind: 'add_backend'; name: string; executable: string; args: readonly string[]; type: string | null }
  | { kind: 'add_model'; name: string; backend: string; model: string | null }
  | { kind: 'add_alias'; name: string; model: string; prompt: string | null }
  | ({ kind: 'add_agent'; name: string } & AgentConfig)
  | { kind: 'remove'; what: 'backend' | 'model' | 'alias' | 'agent'; name: string };

const sectionOf = { backend: 'backends', model: 'models', alias: 'aliases', agent: 'agents' } as const;

/**
 * The text of a config with one change in it; comments, order and everything else stay. An entry of that name gets the
 * new values. Throws UsageError `config_invalid` where the text is no valid config, `unknown_backend`, `unknown_model`,
 * `unknown_alias`, `unknown_agent`, `unknown_target`, `invalid_value`; RefusedError `name_in_use`, `config_shared`.
 */
export async function editConfig(
  { text, path, backendTypes }: { text: string; path: string; backendTypes: readonly string[] },
  edit: ConfigEdit,
): Promise<string> {
  const config = await parseConfig({ text, path, backendTypes });
  const { SharedValue, YamlEditor } = await import('./edit-yaml.ts');
  const editor = new YamlEditor(await import('yaml'), text);
  try {
    apply(editor, edit, { config, backendTypes });
  } catch (error) {
    if (!(error instanceof SharedValue)) throw error;
    throw new RefusedError(
      'config_shared',
      `${path} shares by an anchor what is to be changed`,
      'Change it by hand: a command would change the other place, too.',
      { cause: error },
    );
  }
  await parseConfig({ text: editor.text, path, backendTypes });
  return editor.text;
}

function apply(
  editor: YamlEditor,
  edit: ConfigEdit,
  { config, backendTypes }: { config: Config; backendTypes: readonly string[] },
): void {
  const { path } = config;
  const backends = [...Object.keys(config.backends), ...backendTypes];
  const models = Object.keys(config.models);
  switch (edit.kind) {
    case 'set_default':
      known('target', edit.name, [...Object.keys(config.aliases), ...models, ...backends], path);
      editor.set(['default'], edit.name);
      break;
    case 'add_backend': {
      if (edit.type !== null) known('backend', edit.type, [...backendTypes, genericType], path);
      const { executable, args, type } = edit;
      put(editor, 'backends', edit.name, { executable, args, type });
      break;
    }
    case 'add_model':
      known('backend', edit.backend, backends, path);
      put(editor, 'models', edit.name, { backend: edit.backend, model: edit.model });
      break;
    case 'add_alias':
      known('model', edit.model, models, path);
      put(editor, 'aliases', edit.name, { model: edit.model, prompt: edit.prompt });
      break;
    case 'add_agent': {
      const { kind: _kind, name, ...agent } = edit;
      if (agent.backend !== null) known('backend', agent.backend, backends, path);
      else if (agent.model !== null) knownModel(agent.model, config);
      put(editor, 'agents', name, agent);
      break;
    }
    case 'remove':
      remove(editor, config, edit, backendTypes);
  }
}

/** Where the config names no model, any name is one of the agent that gets it. */
function knownModel(name: string, { aliases, models, path }: Config): void {
  const names = [...Object.keys(aliases), ...Object.keys(models)];
  if (names.length > 0) known('model', name, names, path);
}

const unknown = {
  target: (message: string, hint: string) => new UsageError('unknown_target', message, hint),
  backend: (message: string, hint: string) => new UsageError('unknown_backend', message, hint),
  model: (message: string, hint: string) => new UsageError('unknown_model', message, hint),
  alias: (message: string, hint: string) => new UsageError('unknown_alias', message, hint),
  agent: (message: string, hint: string) => new UsageError('unknown_agent', message, hint),
};

function known(what: keyof typeof unknown, name: string, names: readonly string[], path: string): void {
  if (names.includes(name)) return;
  throw unknown[what](`${path} has no ${what} ${JSON.stringify(name)}`, suggestName(name, names));
}

function put(
  editor: YamlEditor,
  section: 'backends' | 'models' | 'aliases' | 'agents',
  name: string,
  fields: Record<string, string | readonly string[] | null>,
): void {
  if (!validName.test(name))
    throw new UsageError(
      'invalid_value',
      `${JSON.stringify(name)} cannot be a name of ${section}`,
      'A name begins with a letter or digit and holds no white space.',
    );
  for (const [key, value] of Object.entries(fields))
    if (typeof value === 'string' && value.trim() === '')
      throw new UsageError('invalid_value', `the ${key} of ${section}.${name} is empty`, 'Fill it in.');
  const given = Object.entries(fields).filter((field): field is [string, YamlValue] => hasValue(field[1]));
  for (const [key, value] of given) editor.set([section, name, key], value);
  for (const [key, value] of Object.entries(fields))
    if (!hasValue(value)) editor.remove([section, name, key]);
}

function hasValue(value: YamlValue | null): value is YamlValue {
  return value !== null && value.length > 0;
}

function remove(
  editor: YamlEditor,
  config: Config,
  { what, name }: { what: keyof typeof sectionOf; name: string },
  backendTypes: readonly string[],
): void {
  const section = sectionOf[what];
  known(what, name, Object.keys(config[section]), config.path);
  const users = usersOf(config, what, name, backendTypes);
  if (users.length > 0)
    throw new RefusedError(
      'name_in_use',
      `${what} ${name} is named by ${users.join(', ')} in ${config.path}`,
      'Change or remove what names it first.',
    );
  editor.remove([section, name]);
}

/** What would point to nothing without it. */
function usersOf(
  { agents, aliases, models, backends, default: target }: Config,
  what: keyof typeof sectionOf,
  name: string,
  backendTypes: readonly string[],
): string[] {
  const isBuiltIn = backendTypes.includes(name);
  const agentsOn = (wanted: string): string[] =>
    keysWhere(agents, ({ backend, model }) => backend === null && model === wanted).map(
      (key) => `agents.${key}`,
    );
  const named = {
    backend: isBuiltIn
      ? []
      : [
          ...keysWhere(models, ({ backend }) => backend === name).map((key) => `models.${key}`),
          ...keysWhere(agents, ({ backend }) => backend === name).map((key) => `agents.${key}`),
        ],
    model: [
      ...keysWhere(aliases, ({ model }) => model === name).map((key) => `aliases.${key}`),
      ...(Object.hasOwn(aliases, name) ? [] : agentsOn(name)),
    ],
    alias: Object.hasOwn(models, name) ? [] : agentsOn(name),
    agent: [],
  }[what];
  // A default is the first of these that has its name.
  const left = [
    what === 'agent' || (what !== 'alias' && Object.hasOwn(aliases, name)),
    what !== 'model' && Object.hasOwn(models, name),
    isBuiltIn || (what !== 'backend' && Object.hasOwn(backends, name)),
  ];
  return [...(target === name && !left.includes(true) ? ['default'] : []), ...named];
}

function keysWhere<T>(entries: Record<string, T>, holds: (entry: T) => boolean): string[] {
  return Object.entries(entries)
    .filter(([, entry]) => holds(entry))
    .map(([key]) => key);
}
