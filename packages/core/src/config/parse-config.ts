import { DispatchError } from '../errors.ts';
import { isCheckCommand, maxCheckBytes } from './check-command.ts';
import { genericType, type AgentConfig, type AliasConfig, type BackendConfig } from './config.ts';
import type { Config, ConfiguredSettings, ModelConfig } from './config.ts';
import { parseDuration } from './duration.ts';
import { suggestName } from './nearest.ts';
import { taskModes, policies } from './policies.ts';
import { skillForm, skillWish } from './skill-wish.ts';
import { YamlReader, type YamlNode } from './yaml-reader.ts';

export const validName = /^[A-Za-z0-9][\w.:/@+[\]-]*$/;
/**
 * The checked value of a config's text. `backendTypes` are the built-in types; `below` is the config over which this one
 * will lie, whose names it may use. Throws UsageError `config_invalid` with file, line and column.
 */
export async function parseConfig({
  text,
  path,
  backendTypes,
  below = null,
}: {
  text: string;
  path: string;
  backendTypes: readonly string[];
  below?: Config | null;
}): Promise<Config> {
  // Imported here, so that commands without a config do not pay for it.
  const reader = new YamlReader(await import('yaml'), { path, text });
  const top = reader.fields(reader.root, 'the config', [
    'default',
    'backends',
    'models',
    'aliases',
    'agents',
    'settings',
  ]);

  const backends = entries(reader, top.backends, 'backends', (name, node) =>
    readBackend(reader, name, node, backendTypes),
  );
  const backendNames = [...namesOf(backends, below?.backends), ...backendTypes];
  const models = entries(reader, top.models, 'models', (name, node) =>
    readModel(reader, name, node, backendNames),
  );
  const modelNames = namesOf(models, below?.models);
  const aliases = entries(reader, top.aliases, 'aliases', (name, node) =>
    readAlias(reader, name, node, modelNames),
  );

  const named = [...namesOf(aliases, below?.aliases), ...modelNames];
  const agents = entries(reader, top.agents, 'agents', (name, node) =>
    readAgent(reader, name, node, { backends: backendNames, models: named }),
  );
  const names = [...named, ...backendNames];
  return {
    path,
    elsewhere: {},
    default: top.default ? pointer(reader, top.default, 'default', names) : null,
    backends,
    models,
    aliases,
    agents,
    settings: readSettings(reader, top.settings ?? null),
  };
}

function namesOf(own: object, below: object = {}): string[] {
  return [...new Set([...Object.keys(own), ...Object.keys(below)])];
}

function entries<T>(
  reader: YamlReader,
  node: YamlNode | undefined,
  what: string,
  read: (name: string, node: YamlNode) => T,
): Record<string, T> {
  const found: Record<string, T> = {};
  for (const { key, keyNode, value } of reader.entries(node ?? null, what)) {
    if (!validName.test(key)) {
      const hint = 'A name begins with a letter or digit and holds no white space.';
      reader.fail(keyNode, `${JSON.stringify(key)} cannot be a name of ${what}`, hint);
    }
    found[key] = read(key, value ?? keyNode);
  }
  return found;
}

/** A name that must be one of those that exist. */
function pointer(reader: YamlReader, node: YamlNode, what: string, names: readonly string[]): string {
  const name = reader.text(node, what);
  if (!names.includes(name))
    reader.fail(node, `${what} names ${JSON.stringify(name)}, which is not there`, suggestName(name, names));
  return name;
}

function readBackend(
  reader: YamlReader,
  name: string,
  node: YamlNode,
  backendTypes: readonly string[],
): BackendConfig {
  const what = `backends.${name}`;
  const fields = reader.fields(node, what, ['executable', 'args', 'type']);
  const type = fields.type
    ? pointer(reader, fields.type, `${what}.type`, [...backendTypes, genericType])
    : backendTypes.includes(name)
      ? name
      : genericType;
  const executable = fields.executable ? reader.text(fields.executable, `${what}.executable`) : null;
  if (executable === null && type === genericType) {
    const hint = `Add \`executable:\`, or a \`type:\` out of ${backendTypes.join(', ')}.`;
    reader.fail(node, `${what} names no executable`, hint);
  }
  return { executable, args: fields.args ? reader.texts(fields.args, `${what}.args`) : [], type };
}

function readModel(
  reader: YamlReader,
  name: string,
  node: YamlNode,
  backendNames: readonly string[],
): ModelConfig {
  const what = `models.${name}`;
  const fields = reader.fields(node, what, ['backend', 'model']);
  if (!fields.backend)
    reader.fail(node, `${what} names no backend`, `Add \`backend:\`. ${suggestName(name, backendNames)}`);
  // As in files of agent-dispatch: without a model the name is the model, unless it says that it is the default.
  const otherwise = name.endsWith('-default') ? null : name;
  return {
    backend: pointer(reader, fields.backend, `${what}.backend`, backendNames),
    model: fields.model ? reader.text(fields.model, `${what}.model`) : otherwise,
  };
}

function readAlias(reader: YamlReader, name: string, node: YamlNode, models: readonly string[]): AliasConfig {
  const what = `aliases.${name}`;
  const fields = reader.fields(node, what, ['model', 'prompt']);
  if (!fields.model)
    reader.fail(node, `${what} names no model`, 'Add `model:` with one of the names under `models`.');
  const model = pointer(reader, fields.model, `${what}.model`, models);
  return { model, prompt: fields.prompt ? reader.text(fields.prompt, `${what}.prompt`) : null };
}

function readAgent(
  reader: YamlReader,
  name: string,
  node: YamlNode,
  { backends, models }: { backends: readonly string[]; models: readonly string[] },
): AgentConfig {
  const what = `agents.${name}`;
  const keys = ['backend', 'model', 'mode', 'execution_mode', 'skill', 'guidance'] as const;
  const fields = reader.fields(node, what, keys);
  const text = (key: (typeof keys)[number]): string | null =>
    fields[key] ? reader.text(fields[key], `${what}.${key}`) : null;
  const skill = text('skill');
  if (fields.skill && skill !== null && skillWish(skill) === null)
    reader.fail(fields.skill, `${what}.skill cannot be ${JSON.stringify(skill)}`, skillForm);
  const mode = fields.mode ? oneOfWords(reader, fields.mode, `${what}.mode`, taskModes) : 'auto';
  // As with `--model`: a name of the file where it has any and no backend is named, else the agent's own word.
  const isName = fields.backend === undefined && models.length > 0;
  return {
    backend: fields.backend ? pointer(reader, fields.backend, `${what}.backend`, backends) : null,
    model: fields.model && isName ? pointer(reader, fields.model, `${what}.model`, models) : text('model'),
    mode: mode === 'auto' ? null : mode,
    execution_mode: fields.execution_mode
      ? oneOfWords(reader, fields.execution_mode, `${what}.execution_mode`, policies.execution_mode)
      : null,
    skill,
    guidance: text('guidance'),
  };
}

function readSettings(reader: YamlReader, node: YamlNode): ConfiguredSettings {
  const fields = reader.fields(node, 'settings', [
    'execution_mode',
    'on_interrupt',
    'timeout',
    'stall_timeout',
    'leftovers',
    'verify',
    'verify_timeout',
    'worker_tools',
  ]);
  const settings: ConfiguredSettings = {};
  if (fields.execution_mode)
    settings.execution_mode = policy(reader, fields.execution_mode, 'execution_mode');
  if (fields.on_interrupt) settings.on_interrupt = policy(reader, fields.on_interrupt, 'on_interrupt');
  if (fields.timeout) settings.timeout_seconds = limit(reader, fields.timeout, 'timeout');
  if (fields.stall_timeout)
    settings.stall_timeout_seconds = limit(reader, fields.stall_timeout, 'stall_timeout');
  if (fields.leftovers) settings.leftovers = policy(reader, fields.leftovers, 'leftovers');
  if (fields.verify) {
    const command = reader.text(fields.verify, 'settings.verify');
    if (!isCheckCommand(command))
      reader.fail(
        fields.verify,
        `settings.verify must be a command in one line of at most ${maxCheckBytes} bytes`,
        'Put a longer one into a script.',
      );
    settings.verify = command === 'none' ? null : command;
  }
  if (fields.verify_timeout)
    settings.verify_timeout_seconds = limit(reader, fields.verify_timeout, 'verify_timeout');
  if (fields.worker_tools) settings.worker_tools = policy(reader, fields.worker_tools, 'worker_tools');
  return settings;
}

function policy<K extends keyof typeof policies>(
  reader: YamlReader,
  node: YamlNode,
  key: K,
): (typeof policies)[K][number] {
  return oneOfWords(reader, node, `settings.${key}`, policies[key]);
}

function oneOfWords<T extends string>(
  reader: YamlReader,
  node: YamlNode,
  what: string,
  known: readonly T[],
): T {
  const value = reader.text(node, what);
  const found = known.find((candidate) => candidate === value);
  return (
    found ?? reader.fail(node, `${what} cannot be ${JSON.stringify(value)}`, `Write ${known.join(' or ')}.`)
  );
}

function limit(reader: YamlReader, node: YamlNode, key: string): number | null {
  const text = reader.textOrNumber(node, `settings.${key}`);
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error;
    return reader.fail(node, `settings.${key}: ${error.message}`, error.hint ?? '', error);
  }
}
