import { agentWords } from './agent-words.ts';
import type { Config, ConfiguredSettings } from './config.ts';

const sections = ['backends', 'models', 'aliases', 'agents', 'settings'] as const;

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
    agents: { ...lower.agents, ...upper.agents },
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

/** What needs no trust: limits, and the mode in which nothing is written. */
const harmless: readonly (keyof ConfiguredSettings)[] = [
  'on_interrupt',
  'timeout_seconds',
  'stall_timeout_seconds',
  'leftovers',
  'verify_timeout_seconds',
  'worker_tools',
];

/**
 * What a config that came with a repository says and may say only once its user trusts it, in words. It must not decide
 * what runs: neither by a program, nor by a name that leads elsewhere than the user means, nor by leaving out a check.
 */
export function demandsOf(config: Config): string[] {
  const { default: target, backends, models, aliases, agents, settings } = config;
  const { verify, execution_mode: mode } = settings;
  const others = Object.keys(settings).filter(
    (key) => !['verify', 'execution_mode', ...harmless].includes(key),
  );
  return [
    ...(target === null ? [] : [`default: ${target}`]),
    ...Object.entries(backends).map(([name, { executable, args, type }]) =>
      `backends.${name}: ${[executable ?? type, ...args].join(' ')}`.trimEnd(),
    ),
    ...Object.entries(models).map(([name, { backend }]) => `models.${name}: of ${backend}`),
    ...Object.entries(aliases).map(([name, { model }]) => `aliases.${name}: ${model}`),
    ...Object.entries(agents).map(([name, agent]) => `agents.${name}: ${agentWords(agent)}`),
    ...(mode === undefined || mode === 'read_only' ? [] : [`settings.execution_mode: ${mode}`]),
    ...(verify === undefined ? [] : [`settings.verify: ${verify ?? 'none'}`]),
    ...others.map((key) => `settings.${key}`),
  ];
}
