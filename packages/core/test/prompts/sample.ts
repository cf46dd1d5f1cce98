import type { FirstPrompt } from '../../src/prompts/index.ts';

export const taskDir = '/home/u/project/.dispatch/tasks/1kaaaaaaaabcde';

export const firstPrompt: FirstPrompt = {
  taskDir,
  promptPath: `${taskDir}/prompt.md`,
  workspaceRoot: '/home/u/project',
  request: 'Fix the login.',
  taskMode: 'direct',
  ask: { node: '/opt/node/bin/node', program: '/opt/dispatch/dispatch.cjs' },
  tools: [],
  maxChars: null,
};
