/**
 * `npm run compatibility`: runs the conformance suite, and makes `docs/compatibility.md` anew from what came of it. With
 * `--from FOLDER` only the page, from the results that a run has left there (`DISPATCH_CONFORMANCE_RESULTS`).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pageOf } from './compatibility/page.mjs';
import { ensureInstalled } from './test/installed.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
const page = join(repository, 'docs/compatibility.md');
const [option, from] = process.argv.slice(2);
const folder = option === '--from' ? from : mkdtempSync(join(tmpdir(), 'dispatch-conformance-'));
if (!ensureInstalled(repository)) throw new Error('npm ci failed');

const status = option === '--from' ? 0 : runSuite();
const results = ['agents', 'misbehaviour'].map((name) => read(join(folder, `${name}.json`)));
await writePage();
const failed = results
  .flatMap(({ cells }) => cells)
  // Of a cell that was tried again the last trial counts, as on the page.
  .filter(
    (cell, at, all) =>
      !all.slice(at + 1).some(({ agent, behaviour }) => agent === cell.agent && behaviour === cell.behaviour),
  )
  .filter(({ outcome }) => outcome.kind === 'failed');
for (const { agent, behaviour } of failed) console.log(`failed: ${agent}: ${behaviour}`);
console.log(`${failed.length} cells failed; docs/compatibility.md is written`);
if (option !== '--from') rmSync(folder, { recursive: true, force: true });
process.exitCode = status === 0 && failed.length === 0 ? 0 : 1;

function runSuite() {
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
  const env = { ...process.env, DISPATCH_CONFORMANCE_RESULTS: folder };
  const args = [vitest, 'run', '--project', 'e2e', 'test-e2e/conformance'];
  return spawnSync(process.execPath, args, { cwd: repository, env, stdio: 'inherit' }).status;
}

function read(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

async function writePage() {
  const { version } = read(join(repository, 'packages/cli/package.json'));
  const text = pageOf(results, {
    date: new Date().toISOString().slice(0, 10),
    versions: [`dispatch ${version}`, `node ${process.versions.node}`],
    inParts: option === '--from',
  });
  const { format, resolveConfig } = await import('prettier');
  writeFileSync(page, await format(text, { ...(await resolveConfig(page)), parser: 'markdown' }));
}
