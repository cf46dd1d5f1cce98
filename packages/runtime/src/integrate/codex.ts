import { join } from 'node:path';
import { codexFiles } from './codex.generated.ts';
import { hostHome, namingProgram, type HostPlan, type HostSurroundings } from './host.ts';

/**
 * What the agents that dispatch starts may need of the user's environment. codex 0.169 hands its MCP servers HOME, LANG,
 * PATH and the like only, and those that are named to it (measured).
 */
const handedOn = [
  ...['DISPATCH_HOME', 'DISPATCH_ROOT', 'CODEX_HOME', 'CLAUDE_CONFIG_DIR', 'PI_CODING_AGENT_DIR'],
  ...['OPENAI_API_KEY', 'CODEX_API_KEY', 'ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL'],
  ...['CURSOR_API_KEY', 'GEMINI_API_KEY', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'SSH_AUTH_SOCK'],
];

/** A skill, and the MCP server in `config.toml`. Approvals are left as the user has them. */
export function planCodex(surroundings: HostSurroundings): HostPlan {
  const home = hostHome('codex', surroundings.environment);
  const folder = join(home, 'skills/dispatch');
  return {
    host: 'codex',
    home,
    folder,
    files: Object.entries(codexFiles).map(([name, text]) => ({
      path: join(folder, name),
      text: namingProgram(text, surroundings),
    })),
    table: { path: join(home, 'config.toml'), text: table(surroundings) },
    next: 'Start codex anew; then ask it to dispatch what is to be done.',
  };
}

function table({ program: { node, program } }: HostSurroundings): string {
  return [
    '# Written by dispatch; `dispatch integrate codex --undo` takes it out again.',
    '[mcp_servers.dispatch]',
    `command = ${tomlString(node)}`,
    `args = [${tomlString(program)}, "mcp"]`,
    `env_vars = [${handedOn.map(tomlString).join(', ')}]`,
    'startup_timeout_sec = 20',
    // That of 0.169, said because older ones give less: `wait` ends below it.
    'tool_timeout_sec = 300',
    '',
  ].join('\n');
}

/** A basic string of TOML escapes as JSON does, and DEL besides. */
function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\x7f', '\\u007F');
}
