export { isCheckCommand, maxCheckBytes } from './check-command.ts';
export { configText, settingName, settingText } from './config-text.ts';
export { agentWords } from './agent-words.ts';
export type {
  AgentConfig,
  AliasConfig,
  BackendConfig,
  Config,
  ConfiguredSettings,
  ModelConfig,
} from './config.ts';
export { entryOf } from './config.ts';
export { durationText, parseDuration } from './duration.ts';
export { editConfig, type ConfigEdit } from './edit-config.ts';
export { environmentConfig } from './environment-config.ts';
export {
  loadConfig,
  readConfigText,
  readRootConfig,
  type ConfigPlaces,
  type LoadedConfig,
} from './load-config.ts';
export { nearestFirst, suggestName } from './nearest.ts';
export { preferred } from './prefer.ts';
export { demandsOf, keysOf, overlay, placeOf } from './overlay.ts';
export { parseConfig } from './parse-config.ts';
export { policies, taskModes } from './policies.ts';
export { resolveTarget, type InstalledBackend, type Target } from './resolve-target.ts';
export { configSchema } from './schema.generated.ts';
export { skillForm, skillWish } from './skill-wish.ts';
export { isTrusted, recordTrust, revokeTrust, type TrustedText } from './trust.ts';
