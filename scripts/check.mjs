/** `npm run check`: everything that can be said about the repository without running it. Each step says how long it took. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCycles } from './check/cycles.mjs';
import { checkErrorsTable } from './check/errors-table.mjs';
import { findLeftOpen } from './check/left-open.mjs';
import { findLongFiles } from './check/long-files.mjs';
import { findMachinePaths } from './check/machine-paths.mjs';
import { repositoryFiles } from './check/repository-files.mjs';
import { ensureInstalled } from './test/installed.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
if (!ensureInstalled(repository)) throw new Error('npm ci failed');
const files = repositoryFiles(repository);

const steps = {
  'generated files are current': () => program(process.execPath, 'scripts/generate.mjs', '--check'),
  'types of the packages': () => tool('tsc', '-b'),
  'surface of the library': () => program(process.execPath, 'scripts/api.mjs', '--check'),
  'types of their tests': () => tool('tsc', '-p', 'tsconfig.test.json'),
  'types of test-e2e': () => tool('tsc', '-p', 'test-e2e'),
  'types of the pi extension': () => tool('tsc', '-p', 'integrations/pi-dispatch-host'),
  'lint and floors': () => tool('eslint', '.', '--max-warnings', '0'),
  format: () => tool('prettier', '--check', '--log-level', 'warn', '.'),
  'no cyclic imports': () => findCycles(files),
  'no path of a machine': () => findMachinePaths(files),
  'no file too long': () => findLongFiles(files),
  'nothing left open': () => findLeftOpen(files),
  'docs/errors.md has each code': () => checkErrorsTable(files),
};

let failures = 0;
for (const [name, step] of Object.entries(steps)) {
  const began = performance.now();
  const findings = step();
  const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(5);
  console.log(`${findings.length === 0 ? 'ok    ' : 'FAILED'} ${seconds} s  ${name}`);
  for (const finding of findings) console.log(`       ${finding}`);
  if (findings.length > 0) failures += 1;
}
console.log(
  failures === 0 ? 'all checks passed' : `${failures} of ${Object.keys(steps).length} checks failed`,
);
process.exitCode = failures === 0 ? 0 : 1;

function tool(name, ...args) {
  return program(join(repository, 'node_modules/.bin', name), ...args);
}

/** Runs it to its end; what it printed, by line, if it failed. */
function program(file, ...args) {
  const { status, error, stdout, stderr } = spawnSync(file, args, {
    cwd: repository,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return [];
  const lines = `${stdout ?? ''}${stderr ?? ''}`.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 0 ? lines : [String(error ?? `ended with ${status}`)];
}
