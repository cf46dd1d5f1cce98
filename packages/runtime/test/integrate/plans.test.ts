import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planClaudeCode } from '../../src/integrate/claude-code.ts';
import { planCodex } from '../../src/integrate/codex.ts';
import type { HostPlan } from '../../src/integrate/host.ts';
import { planPi } from '../../src/integrate/pi.ts';
import { parseToml } from '../../src/integrate/toml-table.ts';

const program = { node: '/opt/no de/node', program: `/srv/it's "here" $HOME\\/bin.cjs` };
const at = (environment: Record<string, string>) => ({
  environment: { HOME: '/srv/me', ...environment },
  program,
});
const textOf = ({ files }: HostPlan, name: string) =>
  files.find(({ path }) => path.endsWith(`/${name}`))!.text;

it.each([
  ['pi', planPi, {}, '/srv/me/.pi/agent', 'extensions/dispatch/index.ts'],
  ['pi', planPi, { PI_CODING_AGENT_DIR: '/etc/pi' }, '/etc/pi', 'extensions/dispatch/index.ts'],
  ['claude', planClaudeCode, {}, '/srv/me/.claude', 'skills/dispatch/.claude-plugin/plugin.json'],
  ['claude', planClaudeCode, { CLAUDE_CONFIG_DIR: '/etc/c' }, '/etc/c', 'skills/dispatch/SKILL.md'],
  ['codex', planCodex, {}, '/srv/me/.codex', 'skills/dispatch/SKILL.md'],
  ['codex', planCodex, { CODEX_HOME: '/etc/codex' }, '/etc/codex', 'skills/dispatch/SKILL.md'],
] as const)('of %s is where it looks', (_, plan, environment, home, file) => {
  const planned = plan(at(environment));
  expect(planned.home).toBe(home);
  expect(planned.files.map(({ path }) => path)).toContain(`${home}/${file}`);
  for (const { path } of planned.files) expect(path.startsWith(`${home}/`)).toBe(true);
});

describe('the program is named by its path', () => {
  it('in claude’s server', () => {
    const { mcpServers } = JSON.parse(textOf(planClaudeCode(at({})), '.mcp.json')) as { mcpServers: unknown };
    expect(mcpServers).toEqual({ dispatch: { command: program.node, args: [program.program, 'mcp'] } });
  });

  it('in each of claude’s hooks, as a shell reads it', () => {
    const { hooks } = JSON.parse(textOf(planClaudeCode(at({})), 'hooks/hooks.json')) as { hooks: object };
    expect(Object.keys(hooks)).toEqual(['SessionStart', 'UserPromptSubmit', 'PostToolUse', 'Stop']);
    for (const command of hookCommands(textOf(planClaudeCode(at({})), 'hooks/hooks.json')))
      expect(wordsOf(command)).toEqual([program.node, program.program, 'hook', 'claude-code']);
  });

  it('in codex’s table', () => {
    const { table } = planCodex(at({}));
    expect(table?.path).toBe('/srv/me/.codex/config.toml');
    expect(parseToml(table!.text, 'x')).toMatchObject({
      mcp_servers: { dispatch: { command: program.node, args: [program.program, 'mcp'] } },
    });
  });

  it.each([planClaudeCode, planCodex])('in the skill', (plan) => {
    const skill = textOf(plan(at({})), 'SKILL.md');
    const typed = /What you type as `dispatch` is `(.*)`\.\n/.exec(skill)?.[1] ?? '';
    expect(wordsOf(typed)).toEqual([program.node, program.program]);
    // All that a host reads before the skill is used.
    expect(skill).toMatch(/^---\nname: dispatch\ndescription: \S.*\n(argument-hint: .+\n)?---\n/);
    expect(skill).toContain('# You can dispatch');
  });
});

// What claude does with a hook that ends with 2: a prompt is erased, a turn cannot stop.
describe('a program that does not know `hook`', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dispatch-older-'));
    writeFileSync(join(folder, 'dispatch'), '#!/bin/sh\necho "dispatch: no command hook" >&2\nexit 2\n', {
      mode: 0o755,
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    [
      'from a checkout',
      () =>
        readFileSync(
          new URL('../../../../integrations/claude-code/hooks/hooks.json', import.meta.url),
          'utf8',
        ),
    ],
    [
      'that was replaced by an older one',
      () => {
        const older = { node: '/bin/sh', program: join(folder, 'dispatch') };
        return textOf(planClaudeCode({ ...at({}), program: older }), 'hooks/hooks.json');
      },
    ],
  ])('keeps no turn from going on: %s', (_, json) => {
    const commands = hookCommands(json());
    expect(commands).toHaveLength(4);
    for (const command of commands) {
      const env = { PATH: `${folder}:/usr/bin:/bin` };
      const ended = spawnSync('/bin/sh', ['-c', command], { env, input: '{}', encoding: 'utf8' });
      expect(ended.stderr).toBe('dispatch: no command hook\n');
      expect(ended).toMatchObject({ status: 0, stdout: '' });
    }
  });
});

it('claude’s plugin has the version of the program', () => {
  const { version } = JSON.parse(
    readFileSync(new URL('../../../cli/package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  expect(JSON.parse(textOf(planClaudeCode(at({})), '.claude-plugin/plugin.json'))).toMatchObject({ version });
});

it('of codex leaves approvals as the user has them', () => {
  expect(planCodex(at({})).table?.text).not.toMatch(/approv/);
});

function hookCommands(json: string): string[] {
  const { hooks } = JSON.parse(json) as { hooks: Record<string, { hooks: { command: string }[] }[]> };
  return Object.values(hooks).flatMap((all) => all.flatMap((one) => one.hooks.map(({ command }) => command)));
}

function wordsOf(command: string): string[] {
  return execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
}
