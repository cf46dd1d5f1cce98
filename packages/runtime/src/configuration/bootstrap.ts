import { join } from 'node:path';
import { backendTypes } from '@dispatch/backends';
import {
  configSchema,
  createFile,
  ensureFolders,
  EnvironmentError,
  preferred,
  readConfigText,
  RefusedError,
  replaceFile,
} from '@dispatch/core';
import type { Surroundings } from '../dispatcher.ts';
import { reportBackends, type BackendReport } from '../targets/index.ts';

/** Beside the config, so that an editor knows its keys. */
const schemaName = 'config.schema.json';

/** As agent-dispatch prefers them. */
const order = ['pi', 'codex', 'claude'];

/** The config that was written. */
export interface Bootstrapped {
  config_path: string;
  default_target: string;
}

/**
 * Writes the user's first config: each agent that is installed under a name of its own, and of them one that is logged
 * in as the default. Throws RefusedError `config_exists`, EnvironmentError `backend_missing`, StoreError.
 */
export async function bootstrapConfig(surroundings: Surroundings): Promise<Bootstrapped> {
  const { home } = surroundings;
  const path = home.config_file;
  if (readConfigText(path) !== null)
    throw new RefusedError(
      'config_exists',
      `${path} is there already`,
      'Change it with `dispatch config add-model` and the like, or move it away.',
    );
  const installed = preferredFirst(await reportBackends(surroundings));
  const [best] = installed;
  if (best === undefined) {
    const known = backendTypes.filter((type) => type !== 'generic').join(', ');
    throw new EnvironmentError(
      'backend_missing',
      'no coding agent was found on this machine',
      `Install one of ${known}, or name an agent of your own with \`dispatch config add-backend\`.`,
    );
  }
  ensureFolders(home.home);
  replaceFile(join(home.home, schemaName), configSchema, 'cached');
  createFile(path, textFor(installed), 'durable');
  return { config_path: path, default_target: nameFor(best) };
}

type Known = Pick<BackendReport, 'name' | 'installed' | 'logged_in'>;

/** Those that are installed, whom to take first. */
export function preferredFirst<T extends Known>(reports: readonly T[]): T[] {
  const installed = reports.filter((one) => one.installed);
  return preferred(installed, order, ({ name, logged_in }) => ({ type: name, loggedIn: logged_in }));
}

/** A name that ends in `-default` stands for the agent's own model. */
function nameFor({ name }: BackendReport): string {
  return `${name}-default`;
}

function textFor(installed: readonly BackendReport[]): string {
  return [
    `# yaml-language-server: $schema=./${schemaName}`,
    '# What dispatch gives tasks to. Each name under `models` can be typed as --model NAME.',
    `default: ${nameFor(installed[0]!)}`,
    '',
    'models:',
    ...installed.flatMap((one) => [`  ${nameFor(one)}:`, `    backend: ${one.name}`]),
    '',
  ].join('\n');
}
