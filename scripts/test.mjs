/**
 * `npm test`: installs what the lockfile names where it is not there, bundles, runs every test, and prints
 * `N passed, N failed` as its last line. What follows the command is handed to vitest: `npm test -- packages/core`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './test/installed.mjs';
import { summarise } from './test/summary.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'dispatch-test-report-'));
try {
  const { passed, failed, skipped, why } = await runAll();
  for (const line of why) console.log(line);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function runAll() {
  if (!ensureInstalled(repository)) return broken('npm ci failed');
  if (!run(process.execPath, ['scripts/bundle.mjs'])) return broken('the bundle could not be built');
  const report = join(folder, 'report.json');
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const stores = join(folder, 'stores');
  mkdirSync(stores);
  const environment = { DISPATCH_TEST_STORES: stores };
  const succeeded = run(
    process.execPath,
    [vitest, 'run', ...reporters, ...process.argv.slice(2)],
    environment,
  );
  if (!existsSync(report)) return broken('vitest wrote no report');
  return withSchemaPass(summarise(JSON.parse(readFileSync(report, 'utf8')), succeeded), stores);
}

/** Every store that any test wrote, against the published schemas: one more test. */
async function withSchemaPass(summary, stores) {
  const { schemaPass } = await import('./test/schema-pass.mjs');
  const { counts, breaches } = schemaPass(repository, stores);
  console.log(
    `schemas: ${counts.stores} stores (${counts.damaged} damaged on purpose), ${counts.tasks} tasks, ${counts.events} events, ` +
      `${counts.snapshots} snapshots, ${counts.done} mailbox records; ${breaches.length} breaches`,
  );
  const verdict = breaches.length === 0 ? { passed: summary.passed + 1 } : { failed: summary.failed + 1 };
  return { ...summary, ...verdict, why: [...summary.why, ...breaches.slice(0, 20)] };
}

function broken(what) {
  return { passed: 0, failed: 1, skipped: 0, why: [what] };
}

function run(program, args, environment = {}) {
  const env = { ...process.env, ...environment };
  return spawnSync(program, args, { cwd: repository, stdio: 'inherit', env }).status === 0;
}
