// Puts the pinned agents and the newer Node in place, once per lockfile and machine.
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const testBed = dirname(dirname(fileURLToPath(import.meta.url)));
const stampName = '.dispatch-stamp';
const linksClaude = { cwd: '@anthropic-ai/claude-code', file: 'install.cjs' };

/**
 * A folder that is installed: what must be there afterwards, and the scripts without which it is not.
 * `npm ci` runs without scripts, so that nothing but these two runs on the tester's machine:
 * claude's links the native binary over a placeholder, node's fetches the binary of this platform.
 */
const folders = {
  agents: {
    scripts: [linksClaude],
    programs: { codex: '.bin/codex', claude: '.bin/claude', pi: '.bin/pi' },
  },
  'claude-2.1.250': { scripts: [linksClaude], programs: { claude: '.bin/claude' } },
  'pi-0.87': { scripts: [], programs: { pi: '.bin/pi' }, runsOn: 'node24' },
  acpx: { scripts: [], programs: { acpx: 'acpx/dist/cli.js' }, runsOn: 'node24' },
  node24: {
    scripts: [{ cwd: 'node', file: 'installArchSpecificPackage.js' }],
    programs: { node: 'node/bin/node' },
  },
};

/** Makes the real codex, claude and pi 0.73.1 available; returns the absolute paths of their programs. */
export async function installAgents() {
  return install('agents');
}

/** Makes Node 24 available; returns the absolute path of its program as `node`. */
export async function installNode24() {
  return install('node24');
}

/** Makes pi 0.87.1 and the Node 24 that it needs available; returns the absolute paths of both programs. */
export async function installPi087() {
  return { ...(await installNode24()), ...(await install('pi-0.87')) };
}

/** Makes acpx available, which needs Node 22.13, for the bench; returns the absolute path of its program. */
export async function installAcpx() {
  return install('acpx');
}

/** Makes the older claude, 2.1.250, available; returns the absolute path of its program. */
export async function installClaude21250() {
  return install('claude-2.1.250');
}

async function install(name) {
  const folder = join(testBed, name);
  const modules = join(folder, 'node_modules');
  const hash = lockfileHash(folder);
  if (readStamp(modules) !== hash) {
    const cached = cacheFolder(name, hash);
    if (readStamp(join(cached, 'node_modules')) !== hash) {
      await withLock(`${cached}.lock`, () => fillCache({ name, folder, cached, hash }));
    }
    linkIntoPlace(join(cached, 'node_modules'), modules);
  }
  const { programs } = folders[name];
  return Object.fromEntries(
    Object.entries(programs).map(([program, path]) => [program, join(modules, path)]),
  );
}

/** `DISPATCH_TEST_CACHE`, or a folder of the user's cache; one entry a lockfile, never changed once it is there. */
function cacheFolder(name, hash) {
  const base = process.env.DISPATCH_TEST_CACHE ?? join(homedir(), '.cache', 'dispatch-test');
  return join(resolve(base), `${name}-${process.platform}-${process.arch}-${hash.slice(0, 16)}`);
}

function lockfileHash(folder) {
  return createHash('sha256')
    .update(fs.readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
}

function readStamp(modules) {
  try {
    return fs.readFileSync(join(modules, stampName), 'utf8').trim();
  } catch {
    return undefined;
  }
}

function fillCache({ name, folder, cached, hash }) {
  if (readStamp(join(cached, 'node_modules')) === hash) return;
  const building = `${cached}.building-${process.pid}-${randomBytes(4).toString('hex')}`;
  fs.mkdirSync(building, { recursive: true });
  try {
    for (const file of ['package.json', 'package-lock.json']) {
      fs.copyFileSync(join(folder, file), join(building, file));
    }
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--engine-strict=false'], building);
    const modules = join(building, 'node_modules');
    const { scripts, programs, runsOn } = folders[name];
    for (const script of scripts) run(process.execPath, [script.file], join(modules, script.cwd));
    for (const program of Object.values(programs)) {
      const path = join(modules, program);
      if (runsOn === undefined) run(path, ['--version'], building);
      else run(nodeOf(runsOn), [path, '--version'], building);
    }
    fs.writeFileSync(join(modules, stampName), `${hash}\n`);
    fs.rmSync(cached, { recursive: true, force: true });
    fs.renameSync(building, cached);
  } finally {
    fs.rmSync(building, { recursive: true, force: true });
  }
}

function nodeOf(name) {
  return join(testBed, name, 'node_modules', folders[name].programs.node);
}

function run(program, args, cwd) {
  const result = spawnSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (result.error) throw result.error;
  if (result.status !== 0) {
    throw new Error(
      `${program} ${args.join(' ')} in ${cwd} ended with ${result.status}\n${result.stdout}${result.stderr}`,
    );
  }
}

/** Replaces `link` by a symbolic link to `target` in one step, so that no other process ever finds it half done. */
function linkIntoPlace(target, link) {
  const fresh = `${link}.${process.pid}-${randomBytes(4).toString('hex')}`;
  fs.symlinkSync(target, fresh);
  try {
    if (fs.lstatSync(link, { throwIfNoEntry: false })?.isDirectory()) {
      fs.rmSync(link, { recursive: true, force: true });
    }
    fs.renameSync(fresh, link);
  } finally {
    fs.rmSync(fresh, { force: true });
  }
}

/** Runs `work` while no other process does under the same name; a holder that is dead counts for nothing. */
async function withLock(path, work) {
  fs.mkdirSync(dirname(path), { recursive: true });
  for (;;) {
    try {
      fs.writeFileSync(path, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!holderLives(path)) fs.rmSync(path, { force: true });
    else await sleep(200);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(path, { force: true });
  }
}

function holderLives(path) {
  let text;
  try {
    text = fs.readFileSync(path, 'utf8');
  } catch {
    return false;
  }
  // Empty: its maker is between creating and writing, for a moment only.
  if (text === '') return Date.now() - (fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < 5000;
  try {
    process.kill(Number(text), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const programs = {
    ...(await installAgents()),
    ...(process.argv.includes('--node24') ? await installNode24() : {}),
    ...(process.argv.includes('--claude-2.1.250')
      ? { 'claude 2.1.250': (await installClaude21250()).claude }
      : {}),
    ...(process.argv.includes('--pi-0.87') ? { 'pi 0.87.1': (await installPi087()).pi } : {}),
  };
  for (const [program, path] of Object.entries(programs)) console.log(`${program}: ${path}`);
}
