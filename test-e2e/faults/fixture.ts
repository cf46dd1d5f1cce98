import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { faultEnvironment, type Faults, type LoggedCall, readLog } from './faults.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty root, a place for the tool's own files beside it, and both below a folder removed after the test. */
export function newRoot(): { root: string; beside: string } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dispatch-faults-')));
  folders.push(folder);
  const [root, beside] = [join(folder, 'root'), join(folder, 'beside')];
  mkdirSync(root);
  mkdirSync(beside);
  return { root, beside };
}

export interface Ran {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  calls: LoggedCall[];
}

let scripts = 0;

/** Writes a script and runs it as a node process with these faults, in the root. */
export async function runScript(
  { root, beside }: { root: string; beside: string },
  source: string,
  faults: Omit<Faults, 'roots'> = {},
  extension: 'mjs' | 'cjs' = 'mjs',
): Promise<Ran> {
  const script = join(beside, `script-${++scripts}.${extension}`);
  writeFileSync(script, source);
  const log = faults.log ?? join(beside, `calls-${scripts}.jsonl`);
  const env = faultEnvironment({ roots: [root], log, ...faults });
  const child = spawn(process.execPath, [script], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) =>
      resolve({ exitCode, signal, stdout, stderr, calls: readLog(log) }),
    );
  });
}
