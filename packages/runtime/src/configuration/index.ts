export { bootstrapConfig, type Bootstrapped } from './bootstrap.ts';
export { changeConfig } from './edit.ts';
export { configPlaces, isConfiguredModel } from './load.ts';
export { namedAgent, type NamedAgent } from './named-agent.ts';
export { showConfig, validateConfig, type ShownConfig } from './show.ts';
export { distrustRootConfig, trustRootConfig, type Trusted } from './trust.ts';
