import { genericType, type Config } from './config.ts';

const sections = ['backends', 'models', 'aliases', 'settings'] as const;

/** Two configs as one; where both say something of the same name, the upper one says it. */
export function overlay(lower: Config | null, upper: Config | null): Config | null {
  if (lower === null || upper === null) return upper ?? lower;
  const places = { ...lower.elsewhere };
  for (const key of keysOf(upper)) places[key] = placeOf(upper, key);
  return {
    path: lower.path,
    default: upper.default ?? lower.default,
    backends: { ...lower.backends, ...upper.backends },
    models: { ...lower.models, ...upper.models },
    aliases: { ...lower.aliases, ...upper.aliases },
    settings: { ...lower.settings, ...upper.settings },
    elsewhere: places,
  };
}

/** The file that says it; `key` is `default`, `models.<name>`, `settings.<name>` and the like. */
export function placeOf(config: Config, key: string): string {
  return Object.hasOwn(config.elsewhere, key) ? config.elsewhere[key]! : config.path;
}

/** Everything that a config says, by the key under which it can be asked for its place. */
export function keysOf(config: Config): string[] {
  const named = sections.flatMap((section) =>
    Object.keys(config[section]).map((name) => `${section}.${name}`),
  );
  return config.default === null ? named : ['default', ...named];
}

/**
 * What a config that came with a repository may say only once its user trusts it, in words: it would run a program, or
 * choose an agent, which may be one that nothing confines.
 */
export function demandsOf(config: Config): string[] {
  const programs = Object.entries(config.backends).flatMap(([name, { executable, args, type }]) => [
    ...(executable === null ? [] : [`backends.${name}.executable: ${executable}`]),
    ...(args.length === 0 ? [] : [`backends.${name}.args: ${args.join(' ')}`]),
    ...(type === name || type === genericType ? [] : [`backends.${name}.type: ${type}`]),
  ]);
  const { verify, execution_mode: mode } = config.settings;
  return [
    ...(config.default === null ? [] : [`default: ${config.default}`]),
    ...programs,
    ...(mode === undefined || mode === 'read_only' ? [] : [`settings.execution_mode: ${mode}`]),
    ...(verify == null ? [] : [`settings.verify: ${verify}`]),
  ];
}
