import type { Config } from './config.ts';
import { durationText } from './duration.ts';

/** A config as it would be written by hand. */
export async function configText({
  default: target,
  backends,
  models,
  aliases,
  agents,
  settings,
}: Omit<Config, 'path' | 'elsewhere'>): Promise<string> {
  const { stringify } = await import('yaml');
  const written = Object.entries(settings).map(([key, value]) => [settingName(key), settingText(value)]);
  const all = {
    default: target,
    ...{ backends, models, aliases, agents },
    settings: Object.fromEntries(written) as object,
  };
  return stringify(all, { lineWidth: 0 });
}

/** The name of a setting in a config; records name its unit as well. */
export function settingName(key: string): string {
  return key.replace(/_seconds$/, '');
}

export function settingText(value: string | number | null): string {
  return typeof value === 'number' ? durationText(value) : (value ?? 'none');
}
