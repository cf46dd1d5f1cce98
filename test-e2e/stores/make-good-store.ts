import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { anotherBoot, anotherHost, anotherProcessTable, runIn, type Place } from '../faults/boot.ts';
import { dispatchProgram, temporaryFolder } from '../harness/index.ts';

/**
 * Has the real program tell `story.sh` with the agent `worker.sh`, and keeps the store that comes of it as `target`: in
 * a place where no path, name or number is this machine's. What git would not keep is left out: `.gitignore`, folders
 * without files, and the log and lease of the supervisor, which say nothing of the format.
 */
export async function makeGoodStore(target: string): Promise<void> {
  const folder = temporaryFolder('good-store');
  const here = import.meta.dirname;
  const copy = join(folder, 'copy');
  copyFileSync(join(here, 'worker.sh'), join(folder, 'worker'));
  chmodSync(join(folder, 'worker'), 0o755);
  writeFileSync(
    join(folder, 'config.yaml'),
    'default: worker\nbackends:\n  worker: { type: generic, executable: /srv/bin/worker }\n',
  );
  const bootId = '5f0c1a52-8d0e-4c7a-9b43-1f6a0f6f7a11';
  const host = { hostname: 'workbench', machineId: '0123456789abcdef0123456789abcdef' };
  const places = [anotherBoot(bootId), anotherHost(host), anotherProcessTable(), neutral(folder)];
  const { exitCode, stdout, stderr } = await runIn(places, ['sh', join(here, 'story.sh'), copy], {
    timeout: 60_000,
  });
  if (exitCode !== 0) throw new Error(`the story ended with ${exitCode}: ${stdout}${stderr}`);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(copy))
    if (name !== '.gitignore' && name !== 'supervisor')
      cpSync(join(copy, name), join(target, name), { recursive: true });
}

/** Program, node, agent and project below `/srv`, an empty file system of its own. */
function neutral(folder: string): Place {
  const setup = [
    'mount -t tmpfs -o mode=0755 tmpfs /srv',
    'mkdir -p /srv/node /srv/dispatch /srv/bin /srv/project',
    '(umask 077 && mkdir -p /srv/home/.dispatch)',
    'touch /srv/node/node',
    `mount --bind '${process.execPath}' /srv/node/node`,
    `mount --bind '${dirname(dispatchProgram)}' /srv/dispatch`,
    `cp '${folder}/worker' /srv/bin/worker`,
    `cp '${folder}/config.yaml' /srv/home/.dispatch/config.yaml`,
    'ln -s /srv/node/node /srv/bin/node',
  ];
  return { name: 'a neutral place', namespaces: ['--mount', '--propagation private'], setup };
}
