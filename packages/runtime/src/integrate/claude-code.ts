import { join } from 'node:path';
import { shellWord } from '@dispatch/core';
import { claudeCodeFiles } from './claude-code.generated.ts';
import { hostHome, namingProgram, type HostPlan, type HostSurroundings } from './host.ts';

/**
 * A plugin in the folder of skills, which claude loads by itself, with hooks and MCP servers (measured with 2.1.250 and
 * 2.1.328): no setting of the user's is touched.
 */
export function planClaudeCode(surroundings: HostSurroundings): HostPlan {
  const { environment } = surroundings;
  const home = hostHome('claude-code', environment);
  const folder = join(home, 'skills/dispatch');
  const files = Object.entries(claudeCodeFiles).map(([name, text]) => ({
    path: join(folder, name),
    text: installed(name, text, surroundings),
  }));
  return {
    host: 'claude-code',
    home,
    folder,
    files,
    table: null,
    next: 'Start claude anew, or type /reload-plugins in it; then `/dispatch what is to be done` starts a task.',
  };
}

function installed(name: string, text: string, surroundings: HostSurroundings): string {
  if (name === 'SKILL.md') return namingProgram(text, surroundings);
  return name.endsWith('.json') ? withProgram(text, surroundings) : text;
}

/** `dispatch` as a command, alone or with arguments behind it, becomes node and the program. */
function withProgram(json: string, { program: { node, program } }: HostSurroundings): string {
  const value: unknown = JSON.parse(json, (_, part: unknown) => {
    if (!isCommand(part)) return part;
    const [word, ...rest] = part.command.split(' ');
    if (word !== 'dispatch') return part;
    return 'args' in part
      ? { ...part, command: node, args: [program, ...part.args] }
      : { ...part, command: [shellWord(node), shellWord(program), ...rest].join(' ') };
  });
  return `${JSON.stringify(value, null, 2)}\n`;
}

function isCommand(part: unknown): part is { command: string } | { command: string; args: string[] } {
  return typeof part === 'object' && part !== null && 'command' in part && typeof part.command === 'string';
}
