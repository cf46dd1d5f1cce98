/**
 * `npm run recordings -- [--agent NAME] [--write]`: each recorded case again, with the pinned agents on the scripted model,
 * and what changed since it was recorded. Ends with 0 where nothing did, with 1 where something did or nothing could be
 * run. NAME is the beginning of `codex-0.169.0` and the like; `--write` puts the new recordings in the place of the kept.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './test/installed.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { agent: { type: 'string' }, write: { type: 'boolean' } } });
if (!ensureInstalled(repository)) throw new Error('npm ci failed');
const folder = mkdtempSync(join(tmpdir(), 'dispatch-recordings-'));
try {
  process.exitCode = record();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function record() {
  const report = join(folder, 'report.txt');
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--project', 'e2e', 'test-e2e/recorder/record.ts', '--test-timeout', '300000'];
  const env = {
    ...process.env,
    DISPATCH_RECORDINGS_REPORT: report,
    DISPATCH_RECORDINGS_AGENT: values.agent ?? '',
    DISPATCH_RECORDINGS_WRITE: values.write ? '1' : '0',
  };
  const { status } = spawnSync(process.execPath, args, { cwd: repository, env, stdio: 'inherit' });
  const text = existsSync(report) ? readFileSync(report, 'utf8') : '';
  process.stdout.write(text);
  const isSame =
    text !== '' && text.split('\n').every((line) => line === '' || line.endsWith(': 0 differences'));
  return status === 0 && isSame ? 0 : 1;
}
