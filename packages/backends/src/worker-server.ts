import type { AgentRequest, Backend } from './backend.ts';
import { compareVersions } from './measured.ts';

/** As agents know the server; not `dispatch`, which is what a user may have called the server for hosts. */
export const workerServerName = 'dispatch_worker';

/** Seconds that one call of its tools may take; codex 0.169.0, claude 2.1.250 and 2.1.328 were seen to wait so long. */
export const callLimitSeconds = 1200;

/** Whether an agent of this version can be handed the server; one that does not tell its version is taken for a measured one. */
export function takesWorkerServer({ worker_server_since: since }: Backend, version: string | null): boolean {
  return since !== null && (version === null || compareVersions(version, since) >= 0);
}

/** What is said where an agent is too old for what later versions of it can. */
export function workerServerCaveat(backend: Backend, version: string | null): string[] {
  const { type, worker_server_since: since } = backend;
  if (since === null || takesWorkerServer(backend, version)) return [];
  return [
    `${type} ${version} is handed no tools of dispatch's own, which were seen to work from ${since} on: it asks and reports by command and file`,
  ];
}

/** The names by which claude knows its tools. */
export function namedTools({ worker_server: server }: Pick<AgentRequest, 'worker_server'>): string[] {
  return server === null ? [] : server.tools.map((tool) => `mcp__${workerServerName}__${tool}`);
}
