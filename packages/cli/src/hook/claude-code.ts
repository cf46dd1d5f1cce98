import type { Notification } from '@dispatch/runtime';
import { bringing } from './bringing.ts';
import { acknowledgedIn, shownIn, startedIn } from './shown.ts';

/** Whose taking note it is: a session begins where the last one of this store has stopped. */
export const claudeCodeCursor = 'claude-code';

/** As much of what claude hands to a hook as is read here; measured with 2.1.328. */
export interface ClaudeCodeEvent {
  hook_event_name: string;
  cwd: string | null;
  /** Whether the turn goes on because a hook has had it so. */
  stop_hook_active: boolean;
  /** Of a tool that has been called: its whole name, and what it has answered. */
  tool_name: string | null;
  tool_response: unknown;
}

/** What a hook does: which notifications it looks at, and what becomes of them. */
export type HookAct =
  | { do: 'nothing' }
  /** The cursor begins, where it never did: what is old is not told. What becomes of the task `but` is. */
  | { do: 'begin'; but: string | null }
  /** Brings what is new of all tasks; where the cursor never began, it begins. */
  | { do: 'bring'; print: (told: readonly Notification[]) => Printed }
  /** What a tool has shown is not told again. */
  | { do: 'note'; isDone: (one: Notification) => boolean }
  /** Positions by task: so far another cursor has been moved. */
  | { do: 'acknowledge'; upTo: ReadonlyMap<string, string> };

export interface Printed {
  /** What claude reads, in JSON; null: nothing. */
  output: string | null;
  isDone: (one: Notification) => boolean;
}

/** Null where it is no event of claude's. */
export function parseClaudeCodeEvent(text: string): ClaudeCodeEvent | null {
  const value = parsed(text);
  if (typeof value?.['hook_event_name'] !== 'string') return null;
  const { hook_event_name: name, cwd, stop_hook_active: isActive, tool_name: tool } = value;
  return {
    hook_event_name: name,
    cwd: typeof cwd === 'string' ? cwd : null,
    stop_hook_active: isActive === true,
    tool_name: typeof tool === 'string' ? tool : null,
    tool_response: value['tool_response'],
  };
}

/** Pure: what is to be done about an event. */
export function actOnClaudeCode(event: ClaudeCodeEvent): HookAct {
  switch (event.hook_event_name) {
    case 'SessionStart':
      return { do: 'begin', but: null };
    case 'UserPromptSubmit':
      return {
        do: 'bring',
        print: printing((text) => ({
          hookSpecificOutput: { hookEventName: 'UserPromptSubmit', additionalContext: text },
        })),
      };
    case 'Stop':
      // A turn that goes on because of what it was brought ends by itself; what came meanwhile waits for the next.
      if (event.stop_hook_active) return { do: 'nothing' };
      return { do: 'bring', print: printing((text) => ({ decision: 'block', reason: text })) };
    case 'PostToolUse':
      return afterTool(event);
    default:
      return { do: 'nothing' };
  }
}

function afterTool({ tool_name: tool, tool_response: response }: ClaudeCodeEvent): HookAct {
  switch (tool?.split('__').at(-1)) {
    case 'run':
      return { do: 'begin', but: startedIn(response) };
    case 'ack':
      return { do: 'acknowledge', upTo: acknowledgedIn(response) };
    default:
      return { do: 'note', isDone: shownIn(response) };
  }
}

function printing(outputOf: (text: string) => unknown): (told: readonly Notification[]) => Printed {
  return (told) => {
    const { text, isDone } = bringing(told);
    return { output: text === null ? null : JSON.stringify(outputOf(text)), isDone };
  };
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
