import type { Notification } from '@dispatch/runtime';
import { bringing } from './bringing.ts';

/** Whose taking note it is: a session begins where the last one of this store has stopped. */
export const claudeCodeCursor = 'claude-code';

/** As much of what claude hands to a hook as is read here; measured with 2.1.328. */
export interface ClaudeCodeEvent {
  hook_event_name: string;
  cwd: string | null;
  /** Whether the turn goes on because a hook has had it so. */
  stop_hook_active: boolean;
  /** Of a tool that has been called. */
  tool_input: unknown;
}

/** What a hook does: which tasks it looks at, and what it prints of them. */
export type HookAct =
  | { do: 'nothing' }
  /** The cursor begins, where it never did: what is old is not told. */
  | { do: 'begin' }
  /** Brings what is new of all tasks. */
  | { do: 'bring'; print: (told: readonly Notification[]) => string | null }
  /** The tool has shown these tasks, each by an id or a part of one: what it showed is not told again. */
  | { do: 'note'; tasks: string[] };

/** Null where it is no event of claude's. */
export function parseClaudeCodeEvent(text: string): ClaudeCodeEvent | null {
  const value = parsed(text);
  if (typeof value?.['hook_event_name'] !== 'string') return null;
  const { hook_event_name: name, cwd, stop_hook_active: isActive, tool_input: input } = value;
  return {
    hook_event_name: name,
    cwd: typeof cwd === 'string' ? cwd : null,
    stop_hook_active: isActive === true,
    tool_input: input,
  };
}

/** Pure: what is to be done about an event. */
export function actOnClaudeCode(event: ClaudeCodeEvent): HookAct {
  switch (event.hook_event_name) {
    case 'SessionStart':
      return { do: 'begin' };
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
      return { do: 'note', tasks: textsIn(event.tool_input) };
    default:
      return { do: 'nothing' };
  }
}

function printing(outputOf: (text: string) => unknown): (told: readonly Notification[]) => string | null {
  return (told) => {
    const text = bringing(told);
    return text === null ? null : JSON.stringify(outputOf(text));
  };
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
