import { findBackend } from '@dispatch/backends';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { shell, text } from '../harness/index.ts';
import { notRun, passes, type Behaviour } from './outcome.ts';

/** What a shell sets by itself, dispatch for every tool, and pi where the user has set PI_OFFLINE. */
const expected =
  /^(PWD|OLDPWD|SHLVL|_|SHELL|DISPATCH_.*|BASH_(DEFAULT|MAX)_TIMEOUT_MS|PI_SKIP_VERSION_CHECK)$/;

const hostVariables: Behaviour = {
  title: 'host: each variable that it puts into its tools is known, so that no task inherits it',
  outcome: ({ backend }) => (backend === 'cursor-agent' ? notRun('the fake sets none') : passes),
  async run(cell) {
    const { stage, agent } = cell;
    cell.model.script('env', [shell('env -0 > env.bin'), text('Done.')]);
    const id = await cell.begin('env', { args: ['--execution-mode', 'danger'] });
    expect(await cell.settled(id)).toMatchObject({ status: 'completed' });
    const entries = readFileSync(join(stage.repo, 'env.bin'), 'utf8').split('\0').filter(Boolean);
    const { host_variables, host_values } = findBackend(agent.backend)!;
    const isKnown = ([name, value]: readonly [string, string]) =>
      host_values[name] === value ||
      host_variables.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : one === name));
    const set = entries
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const)
      .filter(([name]) => !Object.hasOwn(stage.home.env, name) && !expected.test(name));
    expect(set.filter((one) => !isKnown(one))).toEqual([]);
    expect(set.filter(isKnown)).not.toEqual([]);
  },
};

export const host: readonly Behaviour[] = [hostVariables];
