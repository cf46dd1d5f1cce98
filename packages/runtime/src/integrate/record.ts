import { rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  ensureFolders,
  readNames,
  readRegular,
  replaceFile,
  sha256,
  StoreError,
  unlinkQuietly,
  type HomeLayout,
} from '@dispatch/core';
import { hostNames, type HostName, type HostPlan } from './host.ts';

/**
 * What dispatch has put into one host: what it may take out again. It stands there before the first of it is written
 * and goes after the last of it, so that whoever was cut off finishes by typing the same again.
 */
export interface IntegrationRecord {
  host: HostName;
  home: string;
  node: string;
  program: string;
  /** SHA-256 of each text that may stand there as ours: after a change that was cut off these are two. */
  files: { path: string; hashes: string[] }[];
  table: RecordedTable | null;
  /** Folders that were not there before, outermost first. */
  folders: string[];
}

export interface RecordedTable {
  path: string;
  /** What was inserted, each form of it that may stand there. */
  inserted: string[];
  /** Whether the file was made for it. */
  made_file: boolean;
}

/** Two homes of one host (two CODEX_HOMEs) are two integrations. */
export function recordPath(home: HomeLayout, plan: Pick<HostPlan, 'host' | 'home'>): string {
  return join(recordsFolder(home), `${plan.host}.${sha256(plan.home).slice(0, 8)}.json`);
}

function recordsFolder({ home }: HomeLayout): string {
  return join(home, 'integrations');
}

/** Null where nothing was put there. Throws StoreError `integration_record_damaged`. */
export function readRecord(path: string): IntegrationRecord | null {
  const text = readRegular(path)?.toString('utf8');
  if (text === undefined) return null;
  const record = parsed(text);
  if (record !== null) return record;
  throw new StoreError(
    'integration_record_damaged',
    `${path} does not say what was put into the host; nothing was written`,
    'Take out by hand what `dispatch integrate HOST --print` shows, then remove that file.',
  );
}

export function writeRecord(path: string, record: IntegrationRecord): void {
  ensureFolders(dirname(path));
  replaceFile(path, `${JSON.stringify(record, null, 2)}\n`, 'durable');
}

/** The records of all hosts; null where one cannot be read, or is none. */
export function readRecords(home: HomeLayout): { path: string; record: IntegrationRecord | null }[] {
  const folder = recordsFolder(home);
  return readNames(folder)
    .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    .map((name) => {
      const path = join(folder, name);
      return { path, record: recordOrNull(path) };
    });
}

function recordOrNull(path: string): IntegrationRecord | null {
  try {
    return parsed(readRegular(path)?.toString('utf8') ?? '');
  } catch {
    // A link, a folder, or what nobody may read.
    return null;
  }
}

/** Removes the record, and the folder of records where that was the last. */
export function removeRecord(path: string, home: HomeLayout): void {
  unlinkQuietly(path);
  try {
    rmdirSync(recordsFolder(home));
  } catch {
    // Others are there.
  }
}

function parsed(text: string): IntegrationRecord | null {
  try {
    const value = JSON.parse(text) as unknown;
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is IntegrationRecord {
  if (!isObject(value)) return false;
  const { host, home, node, program, files, table, folders } = value;
  return (
    hostNames.some((name) => name === host) &&
    [home, node, program].every((one) => typeof one === 'string') &&
    isListOf(
      files,
      (file) => isObject(file) && typeof file['path'] === 'string' && isTexts(file['hashes']),
    ) &&
    (table === null || isRecordedTable(table)) &&
    isTexts(folders)
  );
}

function isRecordedTable(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { path, inserted, made_file: madeFile } = value;
  return typeof path === 'string' && isTexts(inserted) && typeof madeFile === 'boolean';
}

function isTexts(value: unknown): boolean {
  return isListOf(value, (one) => typeof one === 'string');
}

function isListOf(value: unknown, is: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
