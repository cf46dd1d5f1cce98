import { writeSync } from 'node:fs';
import nodeModule from 'node:module';
import { version } from './version.ts';

// Whatever can be answered without loading anything is answered here: a start costs as much as its imports.
const [first] = process.argv.slice(2);
if (first === '--version' || first === '-V') {
  writeSync(
    1,
    process.argv.includes('--json') ? `{"ok":true,"data":{"version":"${version}"}}\n` : `${version}\n`,
  );
} else if (process.platform === 'win32') {
  refuseWindows();
} else {
  // Not there in Node 20.
  (nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();
  void start();
}

async function start(): Promise<void> {
  const { runProgram } = await import('./main.ts');
  // Everything has been written synchronously; what a library still holds open must not keep us.
  process.exit(await runProgram());
}

function refuseWindows(): void {
  const message = 'dispatch does not run on Windows yet';
  const hint = 'use it inside WSL';
  if (process.argv.includes('--json'))
    writeSync(1, `${JSON.stringify({ ok: false, error: { code: 'windows', message, hint } })}\n`);
  else writeSync(2, `dispatch: ${message}\n${hint}\n`);
  process.exitCode = 5;
}
