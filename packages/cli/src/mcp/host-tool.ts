import type { ToolWords } from './tools.ts';

/** What is made of a command for its tool. */
export interface MadeTool extends Pick<ToolWords, 'description' | 'inputSchema' | 'outputSchema'> {
  /** How the command is typed. */
  form: string;
  /** Properties of the input that stand beside the command's options, in this order. */
  words: readonly string[];
}
