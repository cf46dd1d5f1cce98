import { agentWords, configText, settingName, settingText } from '@dispatch/core';
import type { ShownConfig } from '@dispatch/runtime';
import { Option } from '../../arguments/clipanion.ts';
import { loadRuntime } from '../../library.ts';
import type { Page } from '../../output/output.ts';
import { harmlessLine, harmlessText } from '../../print/harmless.ts';
import { padTo, widthOf } from '../../print/width.ts';
import { DispatchCommand } from '../command.ts';

export class ConfigShowCommand extends DispatchCommand {
  static override paths = [['config', 'show']];
  static override usage = {
    category: 'Configuration',
    description: 'what is configured here, as a config file',
    details: 'A flag goes before the environment, that before the config of the store, that before yours.',
    examples: [['which file says what', 'dispatch config show --origin'] as [string, string]],
  };

  origin = Option.Boolean('--origin', false, { description: 'where each value comes from' });

  override async execute(): Promise<number> {
    const { runtime, surroundings } = await loadRuntime(this.context);
    const { origins, ...config } = await runtime.showConfig(surroundings);
    const { output } = this.context;
    if (this.origin) {
      output.result({ ...config, origins }, (page) => lines(rowsOf(config), origins, page));
    } else {
      const text = await configText(config);
      output.result(config, () => harmlessText(text.trimEnd()).split('\n'));
    }
    return 0;
  }
}

/** Everything by its key, in a line each. */
function rowsOf({
  default: target,
  backends,
  models,
  aliases,
  agents,
  settings,
}: Omit<ShownConfig, 'origins'>): [key: string, text: string][] {
  return [
    ['default', target ?? 'none'],
    ...entries('backends', backends, ({ executable, args, type }) =>
      [executable ?? `(${type})`, ...args].join(' '),
    ),
    ...entries('models', models, ({ backend, model }) => `${model ?? 'the default'} of ${backend}`),
    ...entries('aliases', aliases, ({ model, prompt }) => (prompt === null ? model : `${model}: ${prompt}`)),
    ...entries('agents', agents, agentWords),
    ...entries('settings', settings, settingText),
  ];
}

function entries<T>(section: string, all: Record<string, T>, textOf: (one: T) => string): [string, string][] {
  return Object.entries(all).map(([name, one]) => [`${section}.${name}`, textOf(one)]);
}

function lines(
  rows: readonly [key: string, text: string][],
  origins: Record<string, string>,
  { style }: Page,
): string[] {
  const keyWidth = Math.max(...rows.map(([key]) => widthOf(settingName(key))));
  const textWidth = Math.max(...rows.map(([, text]) => widthOf(harmlessLine(text))));
  return rows.map(([key, text]) => {
    const shown = `${padTo(settingName(key), keyWidth)}  ${padTo(harmlessLine(text), textWidth)}`;
    return `${shown}  ${style.dim(harmlessLine(origins[key] ?? ''))}`;
  });
}
