import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  lstatSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DispatchError } from '@dispatch/core';
import { LaidOut } from './laid-out.ts';

/** Every path below a folder, folders before what is in them. */
function pathsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => join(folder, entry.name))
    .flatMap((path) => [path, ...(lstatSync(path).isDirectory() ? pathsIn(path) : [])])
    .sort();
}

type Damage = (path: string, at: number) => void;

/** On a file; where `path` is a folder, what would need a file does nothing. */
const damages: Record<string, Damage> = {
  remove: (path) => rmSync(path, { recursive: true }),
  cut: ofFile((bytes, at) => bytes.subarray(0, at % (bytes.length + 1))),
  flip: ofFile((bytes, at) => {
    if (bytes.length > 0) bytes[at % bytes.length]! ^= 1 << (at % 8);
    return bytes;
  }),
  repeat: ofFile((bytes) => Buffer.concat([bytes, bytes])),
  replace: ofFile((_bytes, at) => Buffer.from(['', 'null', '[]', '{}', '"x"', '1e999', '\0\0'][at % 7]!)),
  link(path) {
    renameSync(path, `${path}.away`);
    symlinkSync(`${path}.away`, path);
  },
  folder(path) {
    rmSync(path, { recursive: true });
    mkdirSync(path);
  },
  rename: (path, at) => renameSync(path, `${path.slice(0, -1)}${'0z.-'[at % 4]}`),
};

function ofFile(change: (bytes: Buffer, at: number) => Uint8Array): Damage {
  return (path, at) => {
    if (!lstatSync(path).isFile()) return;
    const changed = Buffer.from(change(readFileSync(path), at));
    rmSync(path);
    writeFileSync(path, changed, { mode: 0o600 });
  };
}

const anyDamage = fc.array(
  fc.record({ what: fc.constantFrom(...Object.keys(damages)), where: fc.nat(), at: fc.nat() }),
  { minLength: 1, maxLength: 4 },
);

it('whatever a store has become, it is judged, or named as none', () => {
  fc.assert(
    fc.property(anyDamage, (all) => {
      const store = new LaidOut();
      try {
        for (const { what, where, at } of all) {
          const paths = pathsIn(store.root);
          if (paths.length > 0) damages[what]!(paths[where % paths.length]!, at);
        }
        const { conforms, departures } = store.examine();
        expect(conforms).toBe(!departures.some(({ severity }) => severity === 'error'));
        for (const { path } of departures)
          expect(['', '..'].filter((part) => path?.split('/').includes(part))).toEqual([]);
      } catch (error) {
        if (!(error instanceof DispatchError)) throw error;
        expect(error.code).toBe('no_store');
      } finally {
        store.dispose();
      }
    }),
    { numRuns: 60 },
  );
});
