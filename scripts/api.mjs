/**
 * The surface of the library: `docs/api/dispatch.api.md` is what a reviewer reads of a change of it. `--check` writes nothing and
 * fails where that is out of date, where a type of it is not public, or where a public name does not say what it is.
 * `--html`: the reference, in `docs-api/`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractSurface } from './api/extract.mjs';
import { readReference } from './api/reference.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
const place = 'docs/api/dispatch.api.md';
const html = process.argv.includes('--html') ? join(repository, 'docs-api') : null;

build();
const { problems, declarations, report } = extractSurface(repository);
const findings = [...problems];
if (problems.length === 0 && report !== read(join(repository, place))) {
  if (process.argv.includes('--check'))
    findings.push(`out of date: ${place}; run \`npm run api\` and have the change of it reviewed`);
  else write(report);
}
if (problems.length === 0) findings.push(...(await readReference(declarations, { html })));
for (const finding of findings) console.error(finding);
if (findings.length === 0 && html !== null) console.log(`wrote ${join('docs-api', 'index.html')}`);
process.exitCode = findings.length === 0 ? 0 : 1;

/** Declarations as they are now; nothing where they are current. */
function build() {
  const compiler = join(repository, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-b'], { cwd: repository, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function write(text) {
  mkdirSync(dirname(join(repository, place)), { recursive: true });
  writeFileSync(join(repository, place), text);
  console.log(`wrote ${place}`);
}
