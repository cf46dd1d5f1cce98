import type { AskCommand, ExecutionMode, FailureClass, SessionLocator, Usage } from '@dispatch/core';

/** What one attempt asks of its agent; everything that may become a flag. Paths are absolute. */
export interface AgentRequest {
  workspace: string;
  task_dir: string;
  /** File that stdin is; a generic command may also name it as `{prompt_file}`. */
  prompt_file: string;
  model: string | null;
  execution_mode: ExecutionMode;
  /** What the installed executable says of itself; null where it says nothing: argv is then that of the newest measured one. */
  version: string | null;
  /** The prompt itself, for agents that take it as an argument; null for all others. */
  prompt_text: string | null;
  /** How the worker calls `dispatch ask`: absolute paths of node and of the program. */
  ask: AskCommand;
  effort: string | null;
  add_dirs: readonly string[];
  /** Folders that it must be able to read, and nothing more. */
  read_dirs: readonly string[];
  /** Git's own files and folders that the agent may write, so that it can commit from within a sandbox. */
  commit_paths: readonly string[];
  /** Files that the model is shown beside the prompt. */
  attachments: readonly string[];
  append_system_prompt: string | null;
  /** From `backends.<name>.args` of the configuration; stands before our own flags (generic: is the command). */
  backend_args: readonly string[];
  /** Typed after `--`; stands last where the agent's grammar allows it. */
  agent_args: readonly string[];
  session: SessionPlan;
  /** What the agent is to start for its worker; null for none. */
  worker_server: WorkerServer | null;
  /** Uid 0, which some agents refuse in some modes. */
  is_root: boolean;
  environment: Readonly<Record<string, string>>;
}

/** An MCP server over stdio, of this very attempt. */
export interface WorkerServer {
  /** Absolute. */
  command: string;
  args: readonly string[];
  /** Names of the variables of the attempt that it needs. */
  variables: readonly string[];
  /** Names of its tools. */
  tools: readonly string[];
}

/** How the attempt stands to a native session. */
export type SessionPlan =
  | { kind: 'new'; locator: SessionLocator | null }
  | { kind: 'resume'; locator: SessionLocator }
  /** A copy of another session's history, under a reference of its own where one can be chosen. */
  | { kind: 'fork'; from: SessionLocator; locator: SessionLocator | null };

/** What an execution mode means with one agent. */
export interface ModeFacts {
  /** Who keeps the agent in: a sandbox of the system, its own rules on tools, whatever its configuration says, nobody. */
  confinement: 'sandbox' | 'permissions' | 'agent_configuration' | 'none';
  /** The flags that make the mode, for people. */
  flags: string;
  /** Versions on which the mode was seen to do what it says. */
  measured_versions: readonly string[];
  /** One line on what it does not guarantee, or null. */
  caveat: string | null;
}

/** One step of what an agent said; `position` is the byte offset of its line in the attempt's log. */
export type TranscriptEvent = { position: number } & (
  | { type: 'session'; id: string }
  /** The model itself takes part: establishes the session, and ends a wait or an ended turn that stood before it. */
  | { type: 'model_active' }
  | { type: 'text'; text: string }
  | { type: 'thinking'; text: string }
  | { type: 'tool_call'; id: string; name: string; input: unknown }
  | { type: 'tool_result'; id: string; is_error: boolean; output: string }
  /** Added to what was counted before, except for the parts that are running totals: those replace it. */
  | { type: 'usage'; usage: Usage; totals: readonly ('tokens' | 'cost')[] }
  /** The agent says that it waits or reconnects by itself. `until`: RFC 3339 where it is told. */
  | { type: 'retrying'; class: FailureClass; message: string; delay_ms: number | null }
  | { type: 'warning'; message: string }
  | { type: 'denied'; tool: string; message: string }
  | { type: 'turn_end'; outcome: 'succeeded' }
  | { type: 'turn_end'; outcome: 'failed'; class: FailureClass; message: string }
  | { type: 'session_unknown'; message: string }
  /** A line that is no record of the agent's (a generic agent's whole output). */
  | { type: 'output'; text: string }
);

/** Incremental, on bytes: the same events wherever the stream is cut. */
export interface TranscriptParser {
  push(chunk: Uint8Array): TranscriptEvent[];
  /** The stream has ended; an unterminated last line is read as a line. */
  end(): TranscriptEvent[];
}

export interface ParserOptions {
  /** `signals`: only what decides about the attempt (no text but the last message); lines that change nothing are not parsed. */
  interest: 'everything' | 'signals';
  /** Byte offset of the first pushed byte. */
  position: number;
}

/** What the log shows so far; a fold of transcript events. */
export interface TurnSummary {
  session_id: string | null;
  established: boolean;
  turn: 'none' | 'succeeded' | 'failed';
  failure: { class: FailureClass; message: string } | null;
  session_unknown: boolean;
  retrying: { class: FailureClass; message: string; delay_ms: number | null } | null;
  open_tools: readonly string[];
  /** Last text of the agent, at most 64 KiB of it. */
  last_message: string | null;
  denied: number;
  usage: Usage | null;
}

/** The files in which an agent keeps its sessions. */
export interface OwnSessions {
  folder: string;
  /** How many folders deep below `folder` they lie. */
  depth: number;
  isFileOf(id: string, fileName: string): boolean;
  /** Name of the folder of all sessions that were begun in a workspace, for agents that resume nowhere else. */
  folderOf?(workspace: string): string;
}

export type Refusal = { code: string; message: string; hint: string };

/** Everything that dispatch knows about one agent CLI. Pure: no file, process or clock is touched here. */
export interface Backend {
  type: string;
  aliases: readonly string[];
  /** Program name looked up on PATH where the configuration names none; null: the configuration must. */
  executable: string | null;
  /** Versions that argv and parser were measured on. */
  measured_versions: readonly string[];
  /** Base names of executables which, in the launcher's group, are still the agent after its leader ended. */
  own_executables: readonly string[];
  sessions: 'preallocated' | 'captured' | 'none';
  /** Whether its output is a transcript with ends of turn; without one only exit status and `.done` speak. */
  has_transcript: boolean;
  interrupt_signal: 'SIGINT' | 'SIGTERM';
  /** Where an end of turn is final for the process: how long it may linger after its last line, in ms. */
  terminal_grace_ms: number | null;
  /** Where it reads its prompt. */
  prompt_by: 'stdin' | 'argument';
  /** In characters; a longer prompt is pointed to. */
  max_prompt_chars: number | null;
  modes: Readonly<Record<ExecutionMode, ModeFacts>>;
  /** What it can be shown beside the prompt. */
  attachments: 'none' | 'images' | 'files';
  /** Whether a new session can begin with a copy of another one's history. */
  forkable: boolean;
  /** What it tells of its use. */
  tells_usage: 'none' | 'tokens' | 'tokens_and_cost';
  /** Seconds that `dispatch ask` may block inside one tool call of this agent. */
  ask_limit_seconds: number;
  /** The oldest version that was seen to call the tools of `worker_server`, in every mode; null where none can be told of one. */
  worker_server_since: string | null;
  /** Whether counts are of this turn or of the whole thread (then the difference counts). */
  usage_scope(version: string | null): { tokens: 'turn' | 'thread'; cost: 'turn' | 'session' };
  /** Names (exact, or ending in `*`) that this agent, as a host, puts into its tools' environment. */
  host_variables: readonly string[];
  /** Common variables that it sets as a host: its own doing only with exactly this value and beside a host variable. */
  host_values: Readonly<Record<string, string>>;
  /** Whether a folder of this PATH entry is one that the agent injects as a host. */
  isHostPathEntry?(entry: string): boolean;
  /** The session reference to be, where it can be chosen beforehand; a `file` is a bare name for the runtime to place. */
  reserveSession(newUuid: () => string): SessionLocator | null;
  /** Says no before anything is launched. */
  refuse(request: AgentRequest): Refusal | null;
  /** What this very request does not guarantee or does not pass on; one line each. */
  caveats(request: AgentRequest): string[];
  /** Arguments after the executable. */
  argv(request: AgentRequest): string[];
  /** Arguments that open its own interactive program on the request's session; null where it cannot. */
  interactiveArgv(request: AgentRequest): string[] | null;
  /**
   * Whether a session file, read whole, is one that a resume goes on with; for agents that take any file, and begin
   * anew in an empty one without a word.
   */
  holdsHistory?(sessionFile: Uint8Array): boolean;
  /** Where it keeps its sessions by itself; null or absent where that is not known. */
  ownSessions?(environment: Readonly<Record<string, string | undefined>>): OwnSessions | null;
  /** Variables that the agent needs so that our promises hold (for example tool time limits). */
  environment(request: AgentRequest): Record<string, string>;
  createParser(options: ParserOptions): TranscriptParser;
  /** What stderr (its last 64 KiB) adds where the log has no end of turn. */
  classifyStderr(stderr: string): {
    session_unknown: boolean;
    failure: { class: FailureClass; message: string } | null;
  };
  probes: {
    /** `parse` is given stdout, and stderr where that says nothing. */
    version: { argv: readonly string[]; parse(output: string): string | null };
    /** Null where the agent has no such question. */
    login: {
      argv: readonly string[];
      parse(result: { exit_code: number; stdout: string; stderr: string }): boolean | null;
      /** A file of the agent's whose text may show that it needs no login: then a no is not known to be one. */
      unless?: {
        path(environment: Readonly<Record<string, string | undefined>>): string | null;
        holds(text: string): boolean;
      };
    } | null;
    /** Prints the reference of a new session, where that takes a command. */
    newSession: { argv: readonly string[]; parse(stdout: string): string | null } | null;
  };
}
