import type { Backend } from './backend.ts';

/** What can be expected of an agent; the first seven are agent-dispatch's names. */
export interface Capabilities {
  native_sessions: boolean;
  resumable: boolean;
  forkable: boolean;
  /** Its output is a transcript with ends of turn, so that success and failure are its own words. */
  structured_output: boolean;
  /** A session is named by a reference that dispatch keeps, not by "the last one". */
  explicit_session_locator: boolean;
  supports_auto_mode: boolean;
  supports_danger_mode: boolean;
  supports_read_only_mode: boolean;
  supports_standard_mode: boolean;
  /** Its session has a reference before it is started. */
  preallocated_session: boolean;
  /** Whether a worker is handed tools (MCP) to ask, report and finish with, where its version is new enough. */
  worker_tools: boolean;
  /** What it can be shown beside the prompt. */
  attachments: 'none' | 'images' | 'files';
  /** What it tells of its use. */
  usage: 'none' | 'tokens' | 'tokens_and_cost';
}

/** A mode that confines nothing is supported only where nothing is promised. */
export function capabilitiesOf(backend: Backend): Capabilities {
  const hasSessions = backend.sessions !== 'none';
  return {
    native_sessions: hasSessions,
    resumable: hasSessions,
    forkable: backend.forkable,
    structured_output: backend.has_transcript,
    explicit_session_locator: hasSessions,
    supports_auto_mode: true,
    supports_danger_mode: true,
    supports_read_only_mode: backend.modes.read_only.confinement !== 'none',
    supports_standard_mode: backend.modes.standard.confinement !== 'none',
    preallocated_session: backend.sessions === 'preallocated',
    worker_tools: backend.worker_server_since !== null,
    attachments: backend.attachments,
    usage: backend.tells_usage,
  };
}
