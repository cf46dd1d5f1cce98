import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxHome } from '../harness/sandbox-home.ts';
import type { Script } from '../model/index.ts';
import { failing, failure, hangUp, shell, text, trickle, write } from '../model/index.ts';
import type { FailureName } from '../model/index.ts';

export type AgentName = 'codex' | 'claude' | 'pi';

/** One run of an agent that is kept. */
export interface Case {
  name: string;
  /** How the model answers; by the case's own name unless another case's conversation goes on. */
  script?: Script;
  /** The case whose session this one goes on with, or a reference that nobody knows. */
  resumes?: string;
  session?: 'unknown' | 'invalid';
  /** The interrupt signal is sent once the tool sleeps, or a while after the model was asked. */
  stopped?: 'in_tool' | 'in_model';
  args?: readonly string[];
}

const usage = { input: 100, output: 20, cached: 30 };
const failures: [name: string, failure: FailureName][] = [
  ['err-401', 'unauthorized'],
  ['err-429', 'rate_limited'],
  ['err-529', 'overloaded'],
  ['err-context', 'context_too_long'],
  ['err-quota', 'quota'],
];

const common: readonly Case[] = [
  {
    name: 'ok-tools',
    script: [
      shell('echo hi-from-tool', { thinking: 'Let me look.', saying: 'I run a command.', usage }),
      write('new.txt', 'hello\n', { usage }),
      shell('exit 3', { usage }),
      text('All done.', { usage }),
      text('Resumed.', { usage }),
    ],
  },
  { name: 'ok-resume', resumes: 'ok-tools' },
  { name: 'session-unknown', session: 'unknown' },
  ...failures.map(([name, which]) => ({ name, script: () => failure(which) })),
  {
    name: 'stopped',
    stopped: 'in_tool',
    script: [shell("sh -c 'sleep 37; true'", { saying: 'I run', usage })],
  },
];

/** Told in other words than an empty account. */
const ofCodex: readonly Case[] = [{ name: 'err-plan', script: () => failure('usage_limit') }];

const ofClaude: readonly Case[] = [
  {
    name: 'stopped-model',
    stopped: 'in_model',
    script: [trickle('partial, never', { size: 7, everyMs: 30_000 })],
  },
];

const ofPi: readonly Case[] = [
  { name: 'err-length', script: [text('Half an ans', { usage, cutShort: 'length' })] },
  { name: 'err-network', script: () => hangUp() },
  { name: 'no-key', args: ['--model', 'anthropic/claude-sonnet-4-5'] },
  { name: 'no-model', args: ['--model', 'nope'] },
];

/** What the cases of an agent are; those that begin with the same name are run in this order. */
export function casesOf(agent: AgentName, version: string): readonly Case[] {
  if (agent === 'codex') return [...common, ...ofCodex];
  if (agent === 'claude') return [...common, ...ofClaude];
  // The client below 0.73.1 asks three times before pi itself hears of it.
  const faults = version === '0.73.1' ? 3 : 1;
  const retried = {
    name: 'ok-retried',
    script: [failing(faults, failure('overloaded'), text('Whole.', { usage }))],
  };
  const newer: readonly Case[] = [
    { name: 'err-refusal', script: [text('Half an ans', { usage, cutShort: 'refusal' })] },
    { name: 'session-invalid', session: 'invalid' },
  ];
  return [...common, ...ofPi, retried, ...(version === '0.73.1' ? [] : newer)];
}

export const unknownSession = '11111111-2222-4333-8444-555555555555';

/** The arguments of a run; `sessions` keeps the reference that each case chose or was given. */
export function argvOf(
  agent: AgentName,
  { name, resumes, session, args = [] }: Case,
  sessions: Map<string, string>,
  { home }: SandboxHome,
): string[] {
  const known = resumes === undefined ? undefined : sessions.get(resumes);
  const resumed = session === 'unknown' ? unknownSession : known;
  switch (agent) {
    case 'codex': {
      const flags = ['exec', '--json', '--skip-git-repo-check', '-m', 'gpt-5.5', '-s', 'danger-full-access'];
      return [...flags, ...(resumed === undefined ? [] : ['resume', resumed]), '-'];
    }
    case 'claude': {
      const flags = [
        '-p',
        '--output-format',
        'stream-json',
        '--verbose',
        '--permission-mode',
        'bypassPermissions',
      ];
      if (resumed !== undefined) return [...flags, '--resume', resumed];
      const own = randomUUID();
      sessions.set(name, own);
      return [...flags, '--session-id', own];
    }
    case 'pi': {
      const file = resumed ?? join(home, `${session === 'invalid' ? 'bad' : randomUUID()}.jsonl`);
      if (session === 'invalid') writeFileSync(file, 'no session\n');
      sessions.set(name, file);
      const model = args.length > 0 ? args : ['--model', 'stub/stub-model'];
      return ['-p', '--mode', 'json', ...model, '--session', file];
    }
  }
}
