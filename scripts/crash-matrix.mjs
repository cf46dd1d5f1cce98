/**
 * `npm run test:crash`: every case of the crash matrix, and `docs/crash-matrix.md` made anew from what came of them.
 * With `--from FOLDER` only the page, from the results that a run has left there (`DISPATCH_CRASH_RESULTS`).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pageOf } from './crash/page.mjs';
import { ensureInstalled } from './test/installed.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
const page = join(repository, 'docs/crash-matrix.md');
const [option, from] = process.argv.slice(2);
const kept = option === '--from' ? from : process.env.DISPATCH_CRASH_RESULTS;
const folder = kept ?? mkdtempSync(join(tmpdir(), 'dispatch-crash-results-'));
const seed = process.env.DISPATCH_SEED ?? '1';
if (!ensureInstalled(repository)) throw new Error('npm ci failed');

const end = option === '--from' ? { status: 0 } : runEverything();
const rows = readRows();
await writePage();
const broken = rows.filter(({ breaches }) => breaches !== undefined && breaches.length > 0);
for (const { name, breaches } of broken)
  for (const { kind, what } of breaches) console.log(`${name}: ${kind}: ${what}`);
const cases = rows.filter(({ breaches }) => breaches !== undefined).length;
console.log(`${cases} cases, ${broken.length} broke a promise; docs/crash-matrix.md is written`);
if (kept === undefined) rmSync(folder, { recursive: true, force: true });
process.exitCode = end.status === 0 && broken.length === 0 && cases > 0 ? 0 : 1;

function runEverything() {
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
  const env = { ...process.env, DISPATCH_CRASH: 'all', DISPATCH_CRASH_RESULTS: folder, DISPATCH_SEED: seed };
  const args = [vitest, 'run', '--project', 'e2e', 'test-e2e/crash'];
  return spawnSync(process.execPath, args, { cwd: repository, env, stdio: 'inherit' });
}

function readRows() {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean))
    .map((line) => JSON.parse(line));
}

async function writePage() {
  const agents = JSON.parse(
    readFileSync(join(repository, 'test-e2e/agents/package.json'), 'utf8'),
  ).dependencies;
  const { version } = JSON.parse(readFileSync(join(repository, 'packages/cli/package.json'), 'utf8'));
  const text = pageOf(rows, {
    date: new Date().toISOString().slice(0, 10),
    seed,
    inParts: option === '--from',
    // Tests that fail end with a status of their own; a signal ended them half-way.
    complete: end.status !== null,
    versions: [
      `dispatch ${version}`,
      `node ${process.versions.node}`,
      ...Object.entries(agents).map(([name, value]) => `${name} ${value}`),
      `Linux ${release().split('.').slice(0, 2).join('.')}`,
    ],
  });
  const { format, resolveConfig } = await import('prettier');
  const config = await resolveConfig(page);
  writeFileSync(page, await format(text, { ...config, parser: 'markdown' }));
}
