/** The declarations of the library as `tsc -b` has left them, beside each other: no package of this workspace is named in them. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Copies what is reachable from `packages/cli/src/api.ts` into a folder, imports made relative; returns the entry's path. */
export function copyDeclarations(repository, folder) {
  rmSync(folder, { recursive: true, force: true });
  const entry = join(repository, 'packages/cli/dist/api.d.ts');
  const places = new Map();
  const placeOf = (file) => {
    if (!places.has(file)) {
      const [, name, rest] = /packages[\\/]([a-z]+)[\\/]dist[\\/](.*)$/.exec(file);
      places.set(file, join(folder, name, rest));
    }
    return places.get(file);
  };
  const done = new Set();
  const open = [entry];
  while (open.length > 0) {
    const file = open.pop();
    if (done.has(file)) continue;
    done.add(file);
    const place = placeOf(file);
    const text = readFileSync(file, 'utf8').replaceAll(
      /(\bfrom |\bimport\(|^import )(['"])(\.[^'"]*|@dispatch\/[a-z]+)\2/gm,
      (_all, before, quote, specifier) => {
        const target = declarationOf(repository, file, specifier);
        open.push(target);
        const path = relative(dirname(place), placeOf(target)).replace(/\.d\.ts$/, '.js');
        return `${before}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
      },
    );
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
  }
  return placeOf(entry);
}

function declarationOf(repository, file, specifier) {
  const [, name] = /^@dispatch\/([a-z]+)$/.exec(specifier) ?? [];
  if (name !== undefined) return join(repository, 'packages', name, 'dist/index.d.ts');
  return resolve(dirname(file), specifier.replace(/\.[tj]s$/, '.d.ts'));
}
