import { expect, test } from 'vitest';
import { waitTimeout } from '../../src/mcp/wait-limit.ts';

test.each<[string, Record<string, string>, unknown, unknown]>([
  ['claude-code', {}, undefined, 1500],
  ['claude-code', {}, '1h', 1500],
  ['claude-code', {}, 'none', 1500],
  ['claude-code', {}, '20m', '20m'],
  ['claude-code', { MCP_TOOL_TIMEOUT: '60000' }, undefined, 55],
  ['claude-code', { MCP_TOOL_TIMEOUT: '60000' }, '56s', 55],
  ['claude-code', { MCP_TOOL_TIMEOUT: '60999' }, undefined, 55],
  ['claude-code', { MCP_TOOL_TIMEOUT: '6500.5' }, '2s', 1],
  ['claude-code', { MCP_TOOL_TIMEOUT: '1000' }, undefined, 1],
  ['claude-code', { MCP_TOOL_TIMEOUT: 'long' }, undefined, 1500],
  ['codex-mcp-client', { MCP_TOOL_TIMEOUT: '1000' }, null, 240],
  ['codex-mcp-client', {}, 241, 240],
  ['codex-mcp-client', {}, '240', '240'],
  ['another', {}, undefined, 50],
  ['', {}, '51s', 50],
  ['constructor', {}, undefined, 50],
  // For the command to refuse.
  ['another', {}, 'soon', 'soon'],
  ['another', {}, 0, 0],
])('%s with %o, asked for %o: %o', (client, environment, asked, timeout) => {
  expect(waitTimeout(client, environment, asked)).toBe(timeout);
});
