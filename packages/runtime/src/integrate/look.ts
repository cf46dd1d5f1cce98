import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { RefusedError, sha256 } from '@dispatch/core';
import type { HostPlan, OwnFile } from './host.ts';
import { isLink, readHostFile } from './host-file.ts';
import type { IntegrationRecord } from './record.ts';
import {
  addTable,
  hasTable,
  lineOfTable,
  parseToml,
  removeTable,
  replaceTable,
  type TableEdit,
} from './toml-table.ts';

/** A file of the host's as it is and as it is to be; null: none. */
export interface FileChange {
  path: string;
  before: string | null;
  after: string | null;
}

/** A file of the plan. */
export interface OwnChange extends FileChange {
  /** False where it stood there already, as it would be written: a copy or a checkout of the user's. */
  is_ours: boolean;
}

export interface TableChange extends FileChange {
  /** What is dispatch's in it afterwards. */
  inserted: string;
}

/**
 * Each file of the plan, and those that an earlier version put there and this one does not. Throws RefusedError
 * `integration_foreign`, `integration_changed`, and what `readHostFile` throws.
 */
export function lookAtFiles(plan: HostPlan, record: IntegrationRecord | null): OwnChange[] {
  const dropped = (record?.files ?? []).filter(({ path }) => plan.files.every((file) => file.path !== path));
  return [
    ...plan.files.map((file) => lookAtFile(plan, record, file)),
    ...dropped.map(({ path }) => ({ path, before: ownText(plan, record, path), after: null, is_ours: true })),
  ];
}

/** What `--undo` does about each file. Throws as above. */
export function lookForUndo(plan: HostPlan, record: IntegrationRecord): FileChange[] {
  return record.files.map(({ path }) => ({ path, before: ownText(plan, record, path), after: null }));
}

function lookAtFile(plan: HostPlan, record: IntegrationRecord | null, { path, text }: OwnFile): OwnChange {
  if (isRecorded(record, path) || readHostFile(path) === null)
    return { path, before: ownText(plan, record, path), after: text, is_ours: true };
  // What it says is no proof of who put it there, and what was not put there is not taken out.
  if (readHostFile(path) !== text) throw foreign(plan.host, path);
  return { path, before: text, after: text, is_ours: false };
}

function isRecorded(record: IntegrationRecord | null, path: string): boolean {
  return record !== null && record.files.some((file) => file.path === path);
}

/** Null where nothing stands there; an error where what stands there is not ours. */
function ownText({ host, folder }: HostPlan, record: IntegrationRecord | null, path: string): string | null {
  const found = readHostFile(path);
  if (found === null) return null;
  const known = record?.files.find((file) => file.path === path);
  if (record === null || known === undefined) throw foreign(host, path);
  // A link was put there since, and what it leads to is somebody's whatever it says.
  const made = record.folders.filter(
    (one) => `${one}/`.startsWith(`${folder}/`) && path.startsWith(`${one}/`),
  );
  if ([path, ...made].some(isLink) || !known.hashes.includes(sha256(found))) throw changed(host, path);
  return found;
}

/** The table in the configuration. Throws as above, and UsageError `host_config_invalid`, RefusedError `host_config_closed`. */
export function lookAtTable(plan: HostPlan, table: OwnFile, record: IntegrationRecord | null): TableChange {
  const { path } = table;
  const before = readHostFile(path);
  const text = before ?? '';
  const known = longestFirst(record?.table?.path === path ? record.table.inserted : []);
  if (!hasTable(parseToml(text, path))) {
    const added = addTable(text, table.text);
    if (added === null) throw closed(plan, path);
    return { path, before, after: added.text, inserted: added.inserted };
  }
  if (known.length === 0) throw foreign(plan.host, placeOf(path, text));
  const edit = firstOf(known, (inserted): TableEdit | null => replaceTable(text, inserted, table.text));
  if (edit === null) throw changed(plan.host, placeOf(path, text));
  return { path, before, after: edit.text, inserted: edit.inserted };
}

/** The configuration without the table; null where nothing of ours is in it. Throws as above. */
export function lookForTableUndo({ host }: HostPlan, record: IntegrationRecord): FileChange | null {
  if (record.table === null) return null;
  const { path, inserted, made_file: madeFile } = record.table;
  const before = readHostFile(path);
  if (before === null || !hasTable(parseToml(before, path))) return null;
  const rest = firstOf(longestFirst(inserted), (one) => removeTable(before, one));
  if (rest === null) throw changed(host, placeOf(path, before));
  // A file that has become a link is what it leads to: that was not made by dispatch.
  return { path, before, after: rest === '' && madeFile && !isLink(path) ? null : rest };
}

/** Folders that are missing now, outermost first. */
export function missingFolders(paths: readonly string[]): string[] {
  const missing = new Set<string>();
  for (const path of paths)
    for (let folder = dirname(path); !existsSync(folder); folder = dirname(folder)) missing.add(folder);
  return [...missing].toSorted((one, other) => one.length - other.length);
}

/** One form may be a part of another. */
function longestFirst(forms: readonly string[]): string[] {
  return forms.toSorted((one, other) => other.length - one.length);
}

function firstOf<From, To>(all: readonly From[], make: (one: From) => To | null): To | null {
  for (const one of all) {
    const made = make(one);
    if (made !== null) return made;
  }
  return null;
}

function placeOf(path: string, text: string): string {
  const line = lineOfTable(text);
  return `[mcp_servers.dispatch] in ${path}${line === null ? '' : `, line ${line},`}`;
}

function foreign(host: string, place: string): RefusedError {
  return new RefusedError(
    'integration_foreign',
    `${place} was not written by dispatch, or by another home of it; nothing was written`,
    `Take it away, then type the same again; \`dispatch integrate ${host} --print\` shows what would stand there.`,
  );
}

function changed(host: string, place: string): RefusedError {
  return new RefusedError(
    'integration_changed',
    `${place} is no longer as dispatch wrote it; nothing was written`,
    `Take it away, or make it again as \`dispatch integrate ${host} --print\` shows it, then type the same again.`,
  );
}

function closed({ host }: HostPlan, path: string): RefusedError {
  return new RefusedError(
    'host_config_closed',
    `${path} has its mcp_servers in a form that no table can be added to; nothing was written`,
    `Write them as tables with headers, or add by hand what \`dispatch integrate ${host} --print\` shows.`,
  );
}
