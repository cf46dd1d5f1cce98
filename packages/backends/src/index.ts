export type * from './backend.ts';
export { backendTypes, findBackend, findBackendType, hostAgents } from './registry.ts';
export { emptySummary, summarise } from './summary.ts';
