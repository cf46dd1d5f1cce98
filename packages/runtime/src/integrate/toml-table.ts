import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '@dispatch/core';
import { parse, TomlError, type TomlTable } from 'smol-toml';

/** A configuration in TOML as it is and as it is to be; null where it is not to be edited. */
export interface TableEdit {
  text: string;
  /** The very characters that are dispatch's in it. */
  inserted: string;
}

const byteOrderMark = '\ufeff';

/** The values of the file. Throws UsageError `host_config_invalid`. */
export function parseToml(text: string, path: string): TomlTable {
  try {
    return valuesOf(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new UsageError(
      'host_config_invalid',
      `${path}, line ${error.line}: ${error.message.split('\n')[0]}; nothing was written`,
      'Mend that line, then type the same again.',
      { cause: error },
    );
  }
}

function valuesOf(text: string): TomlTable {
  return parse(withoutMark(text), { integersAsBigInt: 'asNeeded' });
}

/** Whether `[mcp_servers.dispatch]` is there, however it is written. */
export function hasTable(values: TomlTable): boolean {
  return isTable(values['mcp_servers']) && 'dispatch' in values['mcp_servers'];
}

/**
 * The line on which that table begins, from 1, or null where it is written in another way than with a header of its own.
 */
export function lineOfTable(text: string): number | null {
  const header = /^[ \t]*\[[ \t]*mcp_servers[ \t]*\.[ \t]*(?:dispatch|"dispatch"|'dispatch')[ \t]*[.\]]/;
  const at = withoutMark(text)
    .split('\n')
    .findIndex((line) => header.test(line));
  return at === -1 ? null : at + 1;
}

/**
 * Puts the block at the end, where its header cannot fall into another table. Null where that would be no TOML, or
 * change more than that table (`mcp_servers` being an inline table).
 */
export function addTable(text: string, block: string): TableEdit | null {
  const eol = eolOf(text);
  const lead = withoutMark(text) === '' ? '' : text.endsWith('\n') ? eol : eol + eol;
  const inserted = lead + block.replaceAll('\n', eol);
  const edited = text + inserted;
  return changesOnlyTheTable(text, edited) ? { text: edited, inserted } : null;
}

/** Puts another block in the place of what was inserted before. Null where that is there no more, or not alone. */
export function replaceTable(text: string, before: string, block: string): TableEdit | null {
  const place = placeOf(text, before);
  if (place === null) return null;
  const lead = /^(?:\r?\n)*/.exec(place.part)![0];
  const inserted = lead + block.replaceAll('\n', eolOf(place.part));
  const edited = place.above + inserted + place.below;
  return changesOnlyTheTable(text, edited) ? { text: edited, inserted } : null;
}

/** Takes out what was inserted, and nothing else. Null as above. */
export function removeTable(text: string, inserted: string): string | null {
  const place = placeOf(text, inserted);
  if (place === null) return null;
  const { above, part, below } = place;
  // What was written behind it since keeps a line of its own.
  const joins = withoutMark(above) !== '' && !above.endsWith('\n') && below !== '';
  const edited = above + (joins ? eolOf(part) : '') + below;
  if (!changesOnlyTheTable(text, edited) || hasTable(valuesOf(edited))) return null;
  return edited;
}

interface Place {
  above: string;
  part: string;
  below: string;
}

/** Where it stands as it was written, or written otherwise with the same values. */
function placeOf(text: string, inserted: string): Place | null {
  const at = text.indexOf(inserted);
  if (at !== -1 && !text.includes(inserted, at + 1))
    return { above: text.slice(0, at), part: inserted, below: text.slice(at + inserted.length) };
  return placeByValues(text, inserted);
}

/** `codex mcp add` of another server writes all their tables anew, without comments and with other line ends (0.169). */
function placeByValues(text: string, inserted: string): Place | null {
  const header = lineOfTable(text);
  if (header === null) return null;
  const lines = text.split(/(?<=\n)/);
  const next = lines.findIndex((line, at) => at >= header && /^[ \t]*\[/.test(line));
  // What stands above the next header, comments and empty lines, is not of this table.
  let end = next === -1 ? lines.length : next;
  while (/^[ \t]*(?:#.*)?\r?\n?$/.test(lines[end - 1]!)) end -= 1;
  let begin = header - 1;
  const comment = inserted.trimStart().split(/\r?\n/)[0];
  if (lines[begin - 1]?.trimEnd() === comment) begin -= 1;
  if (lines[begin - 1]?.trim() === '') begin -= 1;
  const [above, part, below] = [
    lines.slice(0, begin).join(''),
    lines.slice(begin, end).join(''),
    lines.slice(end).join(''),
  ] as const;
  return alike(() => [valuesOf(part), valuesOf(inserted)]) ? { above, part, below } : null;
}

/** By the values: whatever is written around the table means what it meant. */
function changesOnlyTheTable(before: string, after: string): boolean {
  return alike(() => [besideTheTable(before), besideTheTable(after)]);
}

/** False, too, where one of them is no TOML. */
function alike(both: () => [TomlTable, TomlTable]): boolean {
  try {
    return isDeepStrictEqual(...both());
  } catch (error) {
    if (error instanceof TomlError) return false;
    throw error;
  }
}

function besideTheTable(text: string): TomlTable {
  const { mcp_servers: servers, ...rest } = valuesOf(text);
  if (servers === undefined) return rest;
  if (!isTable(servers)) return { ...rest, mcp_servers: servers };
  const { dispatch: _, ...others } = servers;
  return Object.keys(others).length === 0 ? rest : { ...rest, mcp_servers: others };
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function eolOf(text: string): string {
  const first = text.indexOf('\n');
  return first > 0 && text[first - 1] === '\r' ? '\r\n' : '\n';
}

function withoutMark(text: string): string {
  return text.startsWith(byteOrderMark) ? text.slice(1) : text;
}
