import type { AgentRequest, Refusal } from './backend.ts';

/** Linux refuses a single argument of 128 KiB (MAX_ARG_STRLEN), its terminating zero included. */
const maxArgumentBytes = 128 * 1024 - 1;

/** Says no to a system prompt that cannot be an argument; `quoted` is the whole argument as it would be passed. */
export function refuseSystemPrompt(request: AgentRequest, quoted: (text: string) => string): Refusal | null {
  const text = request.append_system_prompt;
  if (text === null) return null;
  const argument = quoted(text);
  const bytes = Buffer.byteLength(argument);
  if (bytes > maxArgumentBytes) {
    return {
      code: 'system_prompt_too_long',
      message: `the appended system prompt needs ${bytes} bytes as an argument; ${maxArgumentBytes} are possible`,
      hint: 'put the text into a file of the workspace and name that file in the prompt',
    };
  }
  if (argument.includes('\0')) {
    return {
      code: 'system_prompt_has_nul',
      message: 'the appended system prompt contains a NUL character, which no argument can carry',
      hint: 'remove the character',
    };
  }
  return null;
}

/** Well below what Linux takes, so that a launcher of another system takes it, too. */
const maxPromptBytes = 100 * 1024;

/** Says no to a prompt that cannot be an argument, for agents that take it as one. */
export function refusePrompt({ prompt_text: text }: AgentRequest): Refusal | null {
  if (text === null) return null;
  const bytes = Buffer.byteLength(text);
  if (bytes > maxPromptBytes) {
    return {
      code: 'prompt_too_long',
      message: `the prompt needs ${bytes} bytes as an argument; ${maxPromptBytes} are possible`,
      hint: 'put what is long into a file of the workspace and name that file',
    };
  }
  if (text.includes('\0')) {
    return {
      code: 'prompt_has_nul',
      message: 'the prompt contains a NUL character, which no argument can carry',
      hint: 'remove the character',
    };
  }
  return null;
}
