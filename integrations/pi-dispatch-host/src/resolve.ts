import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { Refusal } from './refusal.ts';

/** The dispatch that is used. */
export interface Resolved {
  command: string;
  /** Before dispatch's own arguments. */
  before: string[];
  path: string;
  /** What decided it, for people. */
  why: string;
}

const built = 'packages/cli/dist/bin.cjs';

export const howToGet =
  'Get it: in a checkout of dispatch type `npm ci && npm run bundle && npm link -w packages/cli`, which puts it on your ' +
  'PATH; or set DISPATCH_BIN to its program, or DISPATCH_WORKSPACE to the checkout.';

/**
 * By `DISPATCH_BIN`, `DISPATCH_WORKSPACE`, the build of the checkout that this file lies in, then `PATH`. What is named
 * and is not there is an error: another dispatch in its place would be a surprise. `file` is this extension's real path.
 */
export function resolveDispatch({
  env,
  cwd,
  file,
  node,
}: {
  env: Record<string, string | undefined>;
  cwd: string;
  file: string;
  /** What runs a program of JavaScript. */
  node: string;
}): Resolved {
  const { DISPATCH_BIN: bin, DISPATCH_WORKSPACE: workspace } = env;
  if (bin) {
    const path = resolve(cwd, bin);
    if (!isFile(path)) throw new Refusal(`DISPATCH_BIN is ${bin}, and there is no such file`, howToGet);
    return { ...started(path, node), why: 'DISPATCH_BIN' };
  }
  if (workspace) {
    const path = resolve(cwd, workspace, built);
    if (!isFile(path))
      throw new Refusal(
        `DISPATCH_WORKSPACE is ${workspace}, and there is no ${built} in it`,
        'Type `npm ci && npm run bundle` there.',
      );
    return { ...started(path, node), why: 'DISPATCH_WORKSPACE' };
  }
  const own = resolve(file, '../../..', built);
  if (isFile(own)) return { ...started(own, node), why: 'the checkout that this extension was loaded from' };
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = folders.map((folder) => resolve(cwd, join(folder, 'dispatch'))).find(isProgram);
  if (found !== undefined) return { command: found, before: [], path: found, why: 'PATH' };
  throw new Refusal('dispatch is not installed: there is none on PATH', howToGet);
}

function started(path: string, node: string): Omit<Resolved, 'why'> {
  return /\.[cm]?js$/.test(path)
    ? { command: node, before: [path], path }
    : { command: path, before: [], path };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return isFile(path);
  } catch {
    return false;
  }
}
