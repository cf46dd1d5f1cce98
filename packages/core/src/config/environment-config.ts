import { UsageError } from '../errors.ts';
import { isCheckCommand, maxCheckBytes } from './check-command.ts';
import { parseDuration } from './duration.ts';
import type { Config, ConfiguredSettings } from './config.ts';
import { suggestName } from './nearest.ts';
import { policies } from './policies.ts';

/** Each setting and the variable that says it. */
const variables = {
  default: 'DISPATCH_DEFAULT',
  execution_mode: 'DISPATCH_EXECUTION_MODE',
  on_interrupt: 'DISPATCH_ON_INTERRUPT',
  timeout_seconds: 'DISPATCH_TIMEOUT',
  stall_timeout_seconds: 'DISPATCH_STALL_TIMEOUT',
  leftovers: 'DISPATCH_LEFTOVERS',
  verify: 'DISPATCH_VERIFY',
  verify_timeout_seconds: 'DISPATCH_VERIFY_TIMEOUT',
  worker_tools: 'DISPATCH_WORKER_TOOLS',
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says of tasks to come, as a config; null where it says nothing. Throws UsageError `invalid_value`. */
export function environmentConfig(environment: Environment): Config | null {
  const set = Object.entries(variables).filter(([, name]) => (environment[name] ?? '') !== '');
  if (set.length === 0) return null;
  const config: Config = {
    path: 'the environment',
    elsewhere: {},
    default: null,
    backends: {},
    models: {},
    aliases: {},
    agents: {},
    settings: {},
  };
  for (const [key, name] of set) {
    const value = environment[name]!;
    if (key === 'default') config.default = value;
    else Object.assign(config.settings, { [key]: settingOf(key as keyof ConfiguredSettings, name, value) });
    config.elsewhere[key === 'default' ? key : `settings.${key}`] = name;
  }
  return config;
}

function settingOf(key: keyof ConfiguredSettings, name: string, value: string): string | number | null {
  if (key === 'verify') {
    if (isCheckCommand(value)) return value === 'none' ? null : value;
    const hint = 'Put a longer one into a script.';
    const form = `a command in one line of at most ${maxCheckBytes} bytes`;
    throw new UsageError('invalid_value', `${name} must be ${form}`, hint);
  }
  if (Object.hasOwn(policies, key)) {
    const known: readonly string[] = policies[key as keyof typeof policies];
    if (known.includes(value)) return value;
    throw new UsageError(
      'invalid_value',
      `${name} cannot be ${JSON.stringify(value)}`,
      suggestName(value, known),
    );
  }
  try {
    return parseDuration(value);
  } catch (error) {
    const { message, hint } = error as UsageError;
    throw new UsageError('invalid_value', `${name}: ${message}`, hint, { cause: error });
  }
}
