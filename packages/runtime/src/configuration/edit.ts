import { realpathSync } from 'node:fs';
import { backendTypes } from '@dispatch/backends';
import {
  editConfig,
  ensureFolders,
  isMissing,
  readConfigText,
  replaceFile,
  withGuard,
  type ConfigEdit,
  type HomeLayout,
} from '@dispatch/core';
import type { Surroundings } from '../dispatcher.ts';

/**
 * Makes one change in the user's config, whole or not at all. Comments, order, and what somebody else changes meanwhile
 * stay; a link to the file stays one. Throws what `editConfig` throws, EnvironmentError `config_unreadable`, StoreError.
 */
export async function changeConfig(
  { home }: Surroundings,
  edit: ConfigEdit,
): Promise<{ config_path: string }> {
  const path = home.config_file;
  ensureFolders(home.runtime);
  await withGuard(home.runtime, async () => {
    for (let done = false; !done;) {
      const before = readConfigText(path);
      const after = await editConfig({ text: before ?? '', path, backendTypes }, edit);
      done =
        after === before ||
        replaceFile(realPathOf(home), after, 'durable', () => readConfigText(path) === before);
    }
  });
  return { config_path: path };
}

function realPathOf({ config_file: path }: HomeLayout): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isMissing(error)) return path;
    throw error;
  }
}
