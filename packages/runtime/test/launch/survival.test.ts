import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AttemptInAFolder } from '../setup/attempt-in-a-folder.ts';
import { bundled } from '../setup/bundled.ts';

let place: AttemptInAFolder;
beforeEach(() => {
  place = new AttemptInAFolder();
});
afterEach(() => place.remove());

/** A node process in a group of its own that launches an agent and stays; the agent goes on when `go` is made. */
async function startDispatcher(): Promise<ChildProcess> {
  const files = { prompt: place.prompt, stdout: place.stdout, stderr: place.stderr };
  const agent = `echo ready; until [ -e ${place.root}/go ]; do sleep 0.02; done; echo done; exit 3`;
  const request = { ...place.request(['/bin/sh', '-c', agent]), machine: undefined };
  const program = await bundled(
    place.root,
    'dispatcher',
    `import { openAttemptFiles, startLauncher } from '~/launch/index.ts';
     import { thisMachine } from '~/processes/index.ts';
     const files = openAttemptFiles(${JSON.stringify(files)});
     startLauncher({ ...${JSON.stringify(request)}, files, machine: thisMachine() } as never);
     setInterval(() => {}, 1000);`,
  );
  const dispatcher = spawn(process.execPath, [program], { stdio: 'ignore', detached: true });
  await place.said('ready');
  return dispatcher;
}

test.each(['SIGKILL', 'SIGHUP', 'SIGINT'] as const)(
  'the agent outlives the %s of its dispatcher and of its group',
  async (signal) => {
    const dispatcher = await startDispatcher();
    const gone = once(dispatcher, 'exit');
    process.kill(-dispatcher.pid!, signal);
    expect((await gone)[1]).toBe(signal);
    writeFileSync(join(place.root, 'go'), '');
    expect((await place.exit()).exit_code).toBe(3);
    expect(readFileSync(place.stdout, 'utf8')).toBe('ready\ndone\n');
  },
);
