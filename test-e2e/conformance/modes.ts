import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { shell, text, toolResults, write } from '../harness/index.ts';
import type { Agent } from './agents.ts';
import { answered, askAndGoOn } from './lifecycle.ts';
import { cannot, differs, notRun, passes, type Behaviour, type Cell, type Outcome } from './outcome.ts';

const noSandbox = notRun('the fake confines nothing');

/** What was made: by the tool that writes files, by the shell, and by the shell outside of the workspace. */
async function made(cell: Cell, mode: string): Promise<{ made: boolean[]; notices: string; told: string[] }> {
  const { stage, model, agent } = cell;
  // Not below /tmp, which codex's sandbox lets it write.
  const outside = mkdtempSync('/var/tmp/dispatch-test-outside-');
  try {
    const scene = `acts-${cell.tag}`;
    model.script(scene, [
      write('made.txt', 'made\n'),
      shell('echo by-shell > shell.txt'),
      shell(`echo out > ${join(outside, 'out.txt')}`),
      text('That is what I could do.'),
    ]);
    const { task_id: id, notices } = await stage.get<{ task_id: string; notices: string[] }>([
      ...['run', '--backend', agent.backend, '--execution-mode', mode],
      `--prompt=${cell.prompt('Act. ', scene)}`,
    ]);
    expect(await cell.settled(id)).toMatchObject({ status: 'completed', execution_mode: mode });
    const files = [join(stage.repo, 'made.txt'), join(stage.repo, 'shell.txt'), join(outside, 'out.txt')];
    const told = toolResults(cell.requests(scene).at(-1)!);
    return { made: files.map((file) => existsSync(file)), notices: notices.join('\n'), told };
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
}

interface Expected {
  outcome: Outcome;
  made: [file: boolean, shell: boolean, outside: boolean];
}

function mode(name: string, title: string, of: (agent: Agent) => Expected): Behaviour {
  return {
    title: `mode ${name}: ${title}`,
    outcome: (agent) => (agent.backend === 'cursor-agent' ? noSandbox : of(agent).outcome),
    async run(cell) {
      const found = await made(cell, name);
      expect(found.made).toEqual(of(cell.agent).made);
      if (name === 'danger') expect(found.notices).toBe('');
      else expect(found.notices).toContain(`in mode ${name}`);
      // What was denied is told to the model, so that it can go on otherwise.
      expect(found.told.filter((words) => words !== '')).not.toEqual([]);
    },
  };
}

const unconfined: Expected = {
  outcome: differs('not confined, and the user is told so'),
  made: [true, true, true],
};

const readOnly = mode('read_only', 'nothing is written', () => ({
  outcome: passes,
  made: [false, false, false],
}));

const standard = mode(
  'standard',
  'what its own configuration allows (none is made here: nothing)',
  ({ backend }) => (backend === 'pi' ? unconfined : { outcome: passes, made: [false, false, false] }),
);

const auto = mode('auto', 'the workspace is written, nothing outside of it', ({ backend }) => {
  if (backend === 'pi') return unconfined;
  if (backend === 'codex') return { outcome: passes, made: [true, true, false] };
  return {
    outcome: differs('its file tools keep to the workspace, its shell writes anywhere; the user is told so'),
    made: [true, true, true],
  };
});

const danger = mode('danger', 'everything is written', () => ({ outcome: passes, made: [true, true, true] }));

function asking(name: string): Behaviour {
  return {
    title: `mode ${name}: the worker can ask`,
    outcome: ({ backend }) => {
      if (backend === 'cursor-agent') return noSandbox;
      if (backend === 'pi') return cannot('has no shell to ask with, and the user is told so');
      return passes;
    },
    async run(cell) {
      askAndGoOn(cell);
      await answered(cell, await cell.begin('asks', { args: ['--execution-mode', name] }));
    },
  };
}

export const modes: readonly Behaviour[] = [readOnly, standard, auto, danger, asking('read_only')].map(
  (behaviour) => ({ ...behaviour, always: true }),
);
