/**
 * The main job on a fresh machine, without any agent or key: a task is started in the background, asks, is answered,
 * everything of dispatch is killed in the middle, and the task is found again and completes.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureInstalled } from './test/installed.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
const program = join(repository, 'packages/cli/dist/bin.cjs');

if (!ensureInstalled(repository)) process.exit(1);
step('npm', ['run', '--silent', 'bundle'], repository);

const folder = mkdtempSync(join(tmpdir(), 'dispatch-demo-'));
const workspace = join(folder, 'repository');
const home = join(folder, 'home');
mkdirSync(workspace);
mkdirSync(home, { mode: 0o700 });
const agent = join(repository, 'scripts/demo/agent.mjs');
writeFileSync(
  join(home, 'config.yaml'),
  `default: demo\nbackends:\n  demo:\n    type: generic\n    executable: ${JSON.stringify(process.execPath)}\n    args: [${JSON.stringify(agent)}]\n`,
);
step('git', ['init', '--quiet'], workspace);

title('A task is handed over and works in the background. This terminal is free at once.');
show('run', '--prompt', 'Write a greeting into greetings.txt, six times.');
const id = JSON.parse(dispatch(['--json', 'list']).stdout).data[0].task_id;

title('The worker asks, and waits.');
show('wait', '@last');
show('questions');

title('It is answered, and goes on by itself.');
show('answer', '@last', '--message', 'German, please');
await until(() => existsSync(join(workspace, 'greetings.txt')));

title(
  'Now everything of dispatch is killed with SIGKILL: supervisor and launcher, in the middle of the work.',
);
killDispatch();
show('list');

title('The agent was never touched. The task is still the same one, and completes.');
show('wait', '@last', '--timeout', '60s');
show('result', '@last');
console.log(`\n  $ cat greetings.txt\n${indent(readFileSync(join(workspace, 'greetings.txt'), 'utf8'))}`);

title('All that dispatch knows is in plain files:');
console.log(indent(tree(join(workspace, '.dispatch')).join('\n')));

title('Your turn. In a repository of yours, with codex or claude installed and logged in:');
console.log(
  indent(
    `node ${relative(process.cwd(), program) || program} run --prompt "fix the failing test"\nnode ${relative(process.cwd(), program) || program} list`,
  ),
);
console.log(`\nThe demo's files are in ${folder}.`);

function title(text) {
  console.log(`\n\u001b[1m${text}\u001b[0m`);
}

function indent(text) {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

function dispatch(args) {
  const env = { ...process.env, DISPATCH_HOME: home };
  delete env.DISPATCH_ROOT;
  const result = spawnSync(process.execPath, [program, ...args], { cwd: workspace, env, encoding: 'utf8' });
  if (result.error) throw result.error;
  return result;
}

/** Runs a command and shows it as it would be typed. */
function show(...args) {
  const words = args.map((word) => (/[^\w@.-]/.test(word) ? `"${word}"` : word));
  console.log(`\n  $ dispatch ${words.join(' ')}`);
  const { stdout, stderr } = dispatch(args);
  console.log(indent(stdout + stderr));
}

function step(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Supervisors of this demo's store, and the launcher of its attempt; the agent is left alone. */
function killDispatch() {
  const claim = join(workspace, '.dispatch/tasks', id, 'outputs/attempt-000.process.json');
  const launcher = JSON.parse(readFileSync(claim, 'utf8')).pid;
  const leases = readdirSync(join(workspace, '.dispatch/supervisor/lease')).map(Number);
  const lease = join(workspace, '.dispatch/supervisor/lease', String(Math.max(...leases)));
  const supervisor = JSON.parse(readFileSync(lease, 'utf8')).pid;
  for (const pid of [supervisor, launcher]) {
    if (typeof pid !== 'number') continue;
    console.log(`\n  $ kill -9 ${pid}`);
    process.kill(pid, 'SIGKILL');
  }
}

function tree(folder, depth = 0) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      const line = '  '.repeat(depth) + name;
      return statSync(path).isDirectory() ? [`${line}/`, ...tree(path, depth + 1)] : [line];
    });
}

async function until(condition) {
  for (let waited = 0; waited < 30_000; waited += 50) {
    if (condition()) return;
    await sleep(50);
  }
  throw new Error('The demo agent did not come to its work.');
}
