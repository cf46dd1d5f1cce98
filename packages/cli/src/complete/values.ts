import { cursorNames, policies } from '@dispatch/core';
import {
  hosts,
  promptsFor,
  shells,
  statuses,
  taskModes,
  templateKinds,
  watchedFor,
} from '../arguments/words.ts';
import { loadRuntime, openLibrary, openReading } from '../library.ts';
import type { Context } from '../context.ts';
import { commandNames } from '../commands/index.ts';
import { harmlessLine } from '../print/harmless.ts';
import { stateWords } from '../print/state-words.ts';
import type { Candidate } from './candidates.ts';

const words: Readonly<Record<string, readonly string[]>> = {
  '--execution-mode': policies.execution_mode,
  '--mode': taskModes,
  '--task-mode': taskModes,
  '--on-interrupt': policies.on_interrupt,
  '--leftovers': policies.leftovers,
  '--worker-tools': policies.worker_tools,
  '--status': statuses,
  '--kind': templateKinds,
  '--until': watchedFor,
  '--type': ['codex', 'claude', 'pi', 'cursor-agent', 'generic'],
};
const files = ['--from', '--skill', '--output', '--attach', '--workspace', '--add-dir', '--root'];

const shownTasks = 50;

/** What an option takes; null: names of files. */
export async function optionValues(name: string, context: Context): Promise<Candidate[] | null> {
  if (files.includes(name)) return null;
  if (name === '--backend') return (await configured(context)).backends;
  if (name === '--model') return (await configured(context)).models;
  if (name === '--agent') return (await configured(context)).own('agents');
  if (name === '--like') return tasks(context);
  if (name === '--as') return cursors(context);
  return plain(words[name] ?? []);
}

/** What a command takes as a word of its own. */
export async function wordValues(command: string, context: Context): Promise<Candidate[]> {
  switch (command) {
    case 'help':
      return plain(commandNames);
    case 'integrate':
      return plain(hosts);
    case 'prompt':
      return plain(promptsFor);
    case 'completion':
      return plain(shells);
    case 'config set-default': {
      const { backends, models } = await configured(context);
      return [...models, ...backends];
    }
    case 'config remove-backend':
      return (await configured(context)).own('backends');
    case 'config remove-model':
      return (await configured(context)).own('models');
    case 'config remove-alias':
      return (await configured(context)).own('aliases');
    case 'config remove-agent':
      return (await configured(context)).own('agents');
    default:
      return [];
  }
}

/** The newest tasks of the store. */
export async function tasks(context: Context): Promise<Candidate[]> {
  try {
    const { runtime, dispatcher } = await openLibrary(context);
    const rows = runtime.listTasks(dispatcher, { limit: shownTasks });
    return [
      ...rows.map((row) => ({
        value: row.task_id,
        description: harmlessLine(`${stateWords(row)}  ${row.title}`),
      })),
      ...(rows.length === 0 ? [] : [{ value: '@last', description: 'the newest' }]),
    ];
  } catch {
    return [];
  }
}

/** Those that the store has seen. */
async function cursors(context: Context): Promise<Candidate[]> {
  try {
    return plain(cursorNames((await openReading(context)).dispatcher.store));
  } catch {
    return [];
  }
}

async function configured(context: Context) {
  try {
    const { runtime, surroundings } = await loadRuntime(context);
    const { backends, models, aliases, agents } = await runtime.showConfig(surroundings);
    const types = words['--type']!.filter((type) => !Object.hasOwn(backends, type));
    const all = { backends, models, aliases, agents };
    return {
      own: (section: keyof typeof all) => plain(Object.keys(all[section])),
      backends: plain([...Object.keys(backends), ...types]),
      models: [
        ...Object.entries(aliases).map(([value, { model }]) => ({ value, description: `alias of ${model}` })),
        ...Object.entries(models).map(([value, { backend }]) => ({
          value,
          description: `model of ${backend}`,
        })),
      ],
    };
  } catch {
    return { own: () => [], backends: plain(words['--type']!), models: [] };
  }
}

function plain(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value, description: '' }));
}
