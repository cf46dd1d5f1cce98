export type * from './backend.ts';
export { backendTypes, findBackend, findBackendType, hostAgents } from './registry.ts';
export { capabilitiesOf, type Capabilities } from './capabilities.ts';
export { measuredAs, type Measured } from './measured.ts';
export { emptySummary, summarise } from './summary.ts';
export { callLimitSeconds, takesWorkerServer, workerServerCaveat } from './worker-server.ts';
