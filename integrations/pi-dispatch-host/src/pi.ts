/**
 * As much of pi's extension API as is used: the same in `@mariozechner/pi-coding-agent` 0.73.1 and in
 * `@earendil-works/pi-coding-agent` 0.87.1. Declared here, so that neither package is named; test-e2e/pi-host.test.ts
 * holds the types of both against it.
 */
export interface Pi {
  on(
    event: 'session_start' | 'session_tree' | 'session_shutdown',
    handler: (event: unknown, ctx: PiContext) => Promise<void> | void,
  ): unknown;
  registerCommand(
    name: string,
    options: {
      description: string;
      getArgumentCompletions(typed: string): Promise<PiCompletion[] | null>;
      handler(typed: string, ctx: PiContext): Promise<void>;
    },
  ): void;
  /** What becomes part of the conversation: the model reads it at its next turn. */
  sendMessage(
    message: { customType: string; content: string; display: boolean },
    options: { triggerTurn?: boolean; deliverAs?: 'nextTurn' },
  ): void;
  /** What is kept in the session and no model reads. */
  appendEntry(customType: string, data: unknown): void;
}

export interface PiContext {
  /** False where nobody looks at a screen: `pi -p`. */
  hasUI: boolean;
  cwd: string;
  isIdle(): boolean;
  sessionManager: { getBranch(): PiEntry[] };
  ui: {
    notify(message: string, type?: 'info' | 'warning' | 'error'): void;
    setStatus(key: string, text: string | undefined): void;
    setWidget(key: string, lines: string[] | undefined): void;
    theme: { fg(colour: PiColour, text: string): string; bold(text: string): string };
  };
}

export interface PiEntry {
  type: string;
  customType?: string;
  data?: unknown;
}

export interface PiCompletion {
  /** Takes the place of everything that was typed behind the command. */
  value: string;
  label: string;
  description?: string;
}

export type PiColour = 'accent' | 'success' | 'error' | 'warning' | 'muted' | 'dim';
