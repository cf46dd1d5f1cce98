export type { AliasConfig, BackendConfig, Config, ConfiguredSettings, ModelConfig } from './config.ts';
export { entryOf } from './config.ts';
export { durationText, parseDuration } from './duration.ts';
export { loadConfig, type LoadedConfig } from './load-config.ts';
export { nearestFirst, suggestName } from './nearest.ts';
export { parseConfig } from './parse-config.ts';
export { resolveTarget, type InstalledBackend, type Target } from './resolve-target.ts';
