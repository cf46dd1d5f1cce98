// `npm run recordings`: each case with the real agent, held against what is kept. No part of `npm test`.
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelServer, SandboxHome } from '../harness/index.ts';
import {
  cleanUpAfterEach,
  createSandboxHome,
  installAgents,
  installClaude21250,
  installPi087,
  livingProcesses,
  makeRepo,
  marked,
  runAgent,
  startModelServer,
  until,
} from '../harness/index.ts';
import { argvOf, casesOf, type AgentName, type Case } from './cases.ts';
import { differences, type Recording } from './compare.ts';
import { neutral, store, stored } from './store.ts';

/** The folder whose lockfile pins it, and what makes it the one of its home. */
const pinned: readonly { agent: AgentName; folder: string; home: Parameters<typeof createSandboxHome>[0] }[] =
  [
    { agent: 'codex', folder: 'agents', home: { modelUrl: '' } },
    { agent: 'claude', folder: 'claude-2.1.250', home: { modelUrl: '', claude: '2.1.250' } },
    { agent: 'claude', folder: 'agents', home: { modelUrl: '' } },
    { agent: 'pi', folder: 'agents', home: { modelUrl: '' } },
    { agent: 'pi', folder: 'pi-0.87', home: { modelUrl: '', pi: '0.87.1' } },
  ];
/** `pi` alone is in `anthropic`, too. */
const packages = {
  codex: /^@openai\/codex$/,
  claude: /^@anthropic-ai\/claude-code$/,
  pi: /\/pi-coding-agent$/,
} as const;
const signals = { codex: 'SIGINT', claude: 'SIGINT', pi: 'SIGTERM' } as const;
const wanted = process.env.DISPATCH_RECORDINGS_AGENT ?? '';
const report: string[] = [];

let model: ModelServer;
beforeAll(async () => {
  await Promise.all([installAgents(), installClaude21250(), installPi087()]);
  model = await startModelServer();
}, 300_000);
afterAll(async () => {
  await model.close();
  writeFileSync(process.env.DISPATCH_RECORDINGS_REPORT!, report.map((line) => `${line}\n`).join(''));
});
cleanUpAfterEach();

const chosen = pinned
  .map((one) => ({ ...one, version: versionIn(one.agent, one.folder) }))
  .filter(({ agent, version }) => `${agent}-${version}`.startsWith(wanted));

test.each(chosen)('$agent $version', async ({ agent, version, home: options }) => {
  const home = await createSandboxHome({ ...options, modelUrl: model.url, env: { IS_SANDBOX: '1' } });
  const repo = makeRepo({ 'a.txt': 'one\ntwo\n' });
  const sessions = new Map<string, string>();
  const recordings = new Map<string, Recording>();
  for (const one of casesOf(agent, version))
    recordings.set(one.name, await record({ agent, version, one, home, repo, sessions }));
  expect(recordings.size).toBeGreaterThan(0);

  const kept = stored(agent, version);
  const changes = kept === null ? [] : differences(agent, kept.recordings, recordings);
  const against = kept === null ? 'nothing is kept' : `against ${agent} ${kept.of}`;
  report.push(
    `${agent} ${version}, ${against}: ${changes.length} differences`,
    ...changes.map((line) => `  ${line}`),
  );
  if (process.env.DISPATCH_RECORDINGS_WRITE === '1') store(agent, version, recordings);
});

interface Take {
  agent: AgentName;
  version: string;
  one: Case;
  home: SandboxHome;
  repo: string;
  sessions: Map<string, string>;
}

async function record({ agent, version, one, home, repo, sessions }: Take): Promise<Recording> {
  const tag = `${agent}-${version}`;
  if (one.script !== undefined) model.script(one.name, one.script);
  const before = model.requests().length;
  const env = { ...home.env };
  // Where pi shall find no key.
  if (one.name === 'no-key') delete env.ANTHROPIC_API_KEY;
  const run = await runAgent(agent, argvOf(agent, one, sessions, home), {
    cwd: repo,
    env,
    prompt: one.resumes === undefined ? `Please do the task. ${marked(one.name, tag)}` : 'Go on.',
    interrupt: one.stopped && {
      signal: signals[agent],
      when: () => (one.stopped === 'in_tool' ? toolSleeps(home) : modelSpoke(before)),
    },
  });
  const thread = run.events[0]?.thread_id;
  if (typeof thread === 'string') sessions.set(one.name, thread);
  return neutral(run, {
    [repo]: '/home/user/repo',
    // As claude names the folder of a project.
    [repo.replaceAll(/\W/g, '-')]: '-home-user-repo',
    [home.home]: '/home/user',
    [dirname(dirname(packageOf(home, agent)))]: '/usr/lib/node_modules',
  });
}

async function toolSleeps({ home }: SandboxHome): Promise<void> {
  const sleeps = () =>
    livingProcesses().some(({ argv, env }) => argv.join(' ') === 'sleep 37' && env.HOME === home);
  await until(sleeps, { what: 'the tool sleeps' });
  // Some tell of a tool after they have begun with it.
  await sleep(1000);
}

/** The first words are on their way; when they have come is shown nowhere. */
async function modelSpoke(before: number): Promise<void> {
  await until(() => model.requests().length > before, { what: 'the model was asked' });
  await sleep(1000);
}

function versionIn(agent: AgentName, folder: string): string {
  const path = join(import.meta.dirname, '..', folder, 'package.json');
  const { dependencies } = JSON.parse(readFileSync(path, 'utf8')) as { dependencies: Record<string, string> };
  return Object.entries(dependencies).find(([name]) => packages[agent].test(name))![1];
}

/** The folder of its package, `…/node_modules/@scope/name`. */
function packageOf({ bin }: SandboxHome, agent: AgentName): string {
  return /^.*\/node_modules\/@[^/]+\/[^/]+/.exec(realpathSync(join(bin, agent)))![0];
}
