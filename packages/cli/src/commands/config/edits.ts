import { resolve } from 'node:path';
import type { ConfigEdit } from '@dispatch/core';
import { Option } from '../../arguments/clipanion.ts';
import { loadRuntime } from '../../library.ts';
import { harmlessLine } from '../../print/harmless.ts';
import { DispatchCommand } from '../command.ts';

/** A command that changes one thing in the user's config. */
export abstract class EditCommand extends DispatchCommand {
  /** The change; what JSON says of it; the same in words. */
  abstract edit(): { edit: ConfigEdit; data: object; said: string };

  override async execute(): Promise<number> {
    const { runtime, surroundings } = await loadRuntime(this.context);
    const { edit, data, said } = this.edit();
    const { config_path: path } = await runtime.changeConfig(surroundings, edit);
    this.context.output.result({ ...data, config_path: path }, ({ style }) => [
      harmlessLine(said),
      style.dim(`  in ${harmlessLine(path)}`),
    ]);
    return 0;
  }
}

const category = 'Configuration';

export class ConfigSetDefaultCommand extends EditCommand {
  static override paths = [['config', 'set-default']];
  static override usage = {
    category,
    description: 'what a task is given to where nothing else is said: an alias, a model or a backend',
    examples: [['a model', 'dispatch config set-default sonnet'] as [string, string]],
  };

  target = Option.String({ name: 'name' });

  override edit() {
    const name = this.target;
    return {
      edit: { kind: 'set_default' as const, name },
      data: { default: name },
      said: `The default is ${name}.`,
    };
  }
}

export class ConfigAddBackendCommand extends EditCommand {
  static override paths = [['config', 'add-backend']];
  static override usage = {
    category,
    description: 'names an agent: another program of a built-in one, or a command of your own',
    details:
      'An entry of that name gets the new values. Write an argument that begins with a dash as --arg=-p.',
    examples: [
      [
        'a command of your own',
        'dispatch config add-backend mine my-agent --arg=--quiet --arg {prompt_file}',
      ],
    ] as [string, string][],
  };

  name = Option.String({ name: 'name' });
  executable = Option.String({ name: 'executable' });
  args = Option.Array('--arg', [], { description: 'an argument of it; as often as there are' });
  type = Option.String('--type', {
    description:
      'codex, claude, pi, cursor-agent or generic; default: the name if it is one of them, else generic',
  });

  override edit() {
    const { name, args, type = null } = this;
    // What is found on PATH stays a name; a path must not depend on where it is typed.
    const executable = this.executable.includes('/')
      ? resolve(this.context.cwd, this.executable)
      : this.executable;
    return {
      edit: { kind: 'add_backend' as const, name, executable, args, type },
      data: { backend: name, executable, args, type },
      said: `The backend ${name} is ${[executable, ...args].join(' ')}.`,
    };
  }
}

export class ConfigAddModelCommand extends EditCommand {
  static override paths = [['config', 'add-model']];
  static override usage = {
    category,
    description: 'names a model of a backend',
    details:
      "Without --scoped-model the name itself is passed on; one that ends in -default stands for the agent's own.",
    examples: [
      ['under a short name', 'dispatch config add-model small --backend codex --scoped-model gpt-5.4-mini'],
    ] as [string, string][],
  };

  name = Option.String({ name: 'name' });
  backend = Option.String('--backend', { required: true, description: 'whose model it is' });
  scopedModel = Option.String('--scoped-model', { description: 'what the agent calls it' });

  override edit() {
    const { name, backend, scopedModel: model = null } = this;
    return {
      edit: { kind: 'add_model' as const, name, backend, model },
      data: { model: name, backend, scoped_model: model },
      said: `The model ${name} is ${model ?? name} of ${backend}.`,
    };
  }
}

export class ConfigAddAliasCommand extends EditCommand {
  static override paths = [['config', 'add-alias']];
  static override usage = {
    category,
    description: 'a name for a model, with words that stand before each request',
    examples: [
      ['a reviewer', 'dispatch config add-alias reviewer --model sonnet --prompt "Find risks."'],
    ] as [string, string][],
  };

  name = Option.String({ name: 'name' });
  model = Option.String('--model', { required: true, description: 'a name under `models`' });
  prompt = Option.String('--prompt', { description: 'stands before each request' });

  override edit() {
    const { name, model, prompt = null } = this;
    return {
      edit: { kind: 'add_alias' as const, name, model, prompt },
      data: { alias: name, model, prompt },
      said: `The alias ${name} stands for ${model}.`,
    };
  }
}

export abstract class RemoveCommand extends EditCommand {
  abstract readonly what: 'backend' | 'model' | 'alias' | 'agent';
  name = Option.String({ name: 'name' });

  override edit() {
    const { name, what } = this;
    return {
      edit: { kind: 'remove' as const, what, name },
      data: { [what]: name, removed: true },
      said: `The ${what} ${name} is gone.`,
    };
  }
}

export class ConfigRemoveBackendCommand extends RemoveCommand {
  static override paths = [['config', 'remove-backend']];
  static override usage = { category, description: 'takes a backend out; refused while something names it' };
  override readonly what = 'backend';
}

export class ConfigRemoveModelCommand extends RemoveCommand {
  static override paths = [['config', 'remove-model']];
  static override usage = { category, description: 'takes a model out; refused while something names it' };
  override readonly what = 'model';
}

export class ConfigRemoveAliasCommand extends RemoveCommand {
  static override paths = [['config', 'remove-alias']];
  static override usage = { category, description: 'takes an alias out; refused while it is the default' };
  override readonly what = 'alias';
}
