import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findBackend } from '@dispatch/backends';
import { readRegular, replaceFile, sha256, type HomeLayout } from '@dispatch/core';
import type { Surroundings } from '../dispatcher.ts';
import { probe } from './probe.ts';

interface Known {
  key: string;
  version: string | null;
}

/**
 * What the installed program says is its version; null where it does not say. Asked once for each state of its file,
 * since some agents take a second to answer.
 */
export async function agentVersion(
  surroundings: Surroundings,
  type: string,
  executable: string,
): Promise<string | null> {
  const question = findBackend(type)?.probes.version;
  if (question === undefined || type === 'generic') return null;
  const key = stateOf(executable);
  const path = join(
    versionsFolder(surroundings.home),
    `${sha256(`${type} ${executable}`).slice(0, 32)}.json`,
  );
  const known = readKnown(path);
  if (key !== null && known?.key === key) return known.version;
  const answer = await probe(surroundings, executable, question.argv);
  if (answer === null) return null;
  const version = question.parse(answer.stdout) ?? question.parse(answer.stderr);
  if (key !== null && version !== null) remember(path, { key, version });
  return version;
}

function versionsFolder(home: HomeLayout): string {
  return join(home.runtime, 'versions');
}

function stateOf(executable: string): string | null {
  try {
    const real = realpathSync(executable);
    const { dev, ino, size, mtimeNs } = statSync(real, { bigint: true });
    return [real, dev, ino, size, mtimeNs].join(' ');
  } catch {
    return null;
  }
}

function readKnown(path: string): Known | null {
  try {
    const known = JSON.parse(readRegular(path)?.toString('utf8') ?? '') as Partial<Known>;
    return typeof known.key === 'string' ? { key: known.key, version: known.version ?? null } : null;
  } catch {
    return null;
  }
}

function remember(path: string, known: Known): void {
  try {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
    replaceFile(path, `${JSON.stringify(known)}\n`, 'cached');
  } catch {
    // A cache.
  }
}
