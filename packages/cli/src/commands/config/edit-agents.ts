import { resolve } from 'node:path';
import { agentWords, skillWish, taskModes } from '@dispatch/core';
import { Option } from '../../arguments/clipanion.ts';
import { executionMode, oneOfWords } from '../../arguments/values.ts';
import { EditCommand, RemoveCommand } from './edits.ts';

const category = 'Configuration';

export class ConfigAddAgentCommand extends EditCommand {
  static override paths = [['config', 'add-agent']];
  static override usage = {
    category,
    description: 'what `run --agent NAME` stands for: a program, a model, modes, a skill, guidance',
    details: 'An entry of that name gets the new values.',
    examples: [
      [
        'a reviewer',
        'dispatch config add-agent reviewer --backend codex --execution-mode read_only --skill code-review',
      ],
    ] as [string, string][],
  };

  name = Option.String({ name: 'name' });
  backend = Option.String('--backend', { description: 'as run takes it' });
  model = Option.String('--model', { description: 'as run takes it' });
  mode = Option.String('--mode,--task-mode', {
    description: 'auto (by the request), direct, plan or discuss',
    validator: oneOfWords(taskModes),
  });
  executionMode = Option.String('--execution-mode', {
    description: 'read_only, standard, auto or danger',
    validator: executionMode(),
  });
  skill = Option.String('--skill', { description: 'a name, a SKILL.md, its folder, or another text' });
  guidance = Option.String('--guidance', { description: 'stands before each request' });

  override edit() {
    const { name, backend = null, model = null, mode, guidance = null } = this;
    const agent = {
      backend,
      model,
      mode: mode === undefined || mode === 'auto' ? null : mode,
      execution_mode: this.executionMode ?? null,
      // A path must not depend on where it is typed.
      skill:
        this.skill === undefined
          ? null
          : skillWish(this.skill) === 'path'
            ? resolve(this.context.cwd, this.skill)
            : this.skill,
      guidance,
    };
    return {
      edit: { kind: 'add_agent' as const, name, ...agent },
      data: { agent: name, ...agent },
      said: `The agent ${name} is ${agentWords(agent)}.`,
    };
  }
}

export class ConfigRemoveAgentCommand extends RemoveCommand {
  static override paths = [['config', 'remove-agent']];
  static override usage = { category, description: 'takes an agent of `run --agent` out' };
  override readonly what = 'agent';
}
