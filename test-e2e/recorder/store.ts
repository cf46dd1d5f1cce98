import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recording, Recordings } from './compare.ts';

const folder = join(import.meta.dirname, '../../packages/backends/test/recordings');

/** What is kept of a version, or of the newest other one of the same agent where nothing is. */
export function stored(agent: string, version: string): { of: string; recordings: Recordings } | null {
  const kept = readdirSync(folder)
    .filter((name) => name.startsWith(`${agent}-`))
    .map((name) => name.slice(agent.length + 1))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  const of = kept.includes(version) ? version : kept.at(-1);
  return of === undefined ? null : { of, recordings: readFolder(join(folder, `${agent}-${of}`)) };
}

function readFolder(path: string): Recordings {
  const names = readdirSync(path).filter((name) => name.endsWith('.stdout.jsonl'));
  return new Map(
    names.map((file) => {
      const name = file.replace('.stdout.jsonl', '');
      const stdout = readFileSync(join(path, file), 'utf8');
      return [name, { stdout, stderr: readFileSync(join(path, `${name}.stderr.txt`), 'utf8') }];
    }),
  );
}

/** Puts these in the place of what is kept of the version. */
export function store(agent: string, version: string, recordings: Recordings): void {
  const path = join(folder, `${agent}-${version}`);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  for (const [name, { stdout, stderr }] of recordings) {
    writeFileSync(join(path, `${name}.stdout.jsonl`), stdout);
    writeFileSync(join(path, `${name}.stderr.txt`), stderr);
  }
}

/** Without the places of this machine and of this run; ids and times stay, which are nobody's. */
export function neutral({ stdout, stderr }: Recording, places: Readonly<Record<string, string>>): Recording {
  const clean = (text: string) =>
    Object.entries(places)
      .reduce((so, [place, name]) => so.replaceAll(place, name), text)
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
      .replaceAll(/\/tmp\/(?=cc-socks\/|claude-\d)/g, '/run/');
  return { stdout: clean(stdout), stderr: clean(stderr) };
}
