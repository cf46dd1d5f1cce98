import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AskCommand } from '@dispatch/core';
import { bundled } from './bundled.ts';

const source = `
import { ask, listTasks, openDispatcher, supervise, surroundingsOf } from '~/index.ts';
const [command = '', ...rest] = process.argv.slice(2).filter((one, index, all) => one !== '--root' && all[index - 1] !== '--root');
const at = process.argv.indexOf('--root');
const program = { node: process.execPath, program: process.argv[1]! };
if (command === 'ask') {
  const environment = process.env;
  const clock = { now: () => new Date() };
  const asked = await ask({ environment, question: rest.join(' '), clock, timeoutMs: 60_000 }, ({ answer }) => console.log(answer));
  process.exitCode = asked.kind === 'answered' ? 0 : 24;
} else {
  const root = process.argv[at + 1]!;
  const dispatcher = openDispatcher(surroundingsOf({ cwd: process.cwd(), environment: process.env, root, program }));
  if (command === 'supervise') await supervise(dispatcher);
  if (command === 'list') console.log(JSON.stringify(listTasks(dispatcher, { limit: null })));
}
`;

/** A program with the commands \`supervise\`, \`list\` and \`ask\`, made of the runtime's sources. The caller removes its folder. */
export async function runtimeProgram(): Promise<AskCommand & { folder: string }> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-program-')));
  return { node: process.execPath, program: await bundled(folder, 'dispatch', source), folder };
}
