import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { hostCommands, neverHere, valuedHere } from './commands.ts';
import { isRecord, textOf } from './envelope.ts';
import type { PiCompletion } from './pi.ts';
import { quoteWord, splitWords } from './words.ts';

/** What can stand in the place of the last of these words, behind `dispatch`. */
export type AskCandidates = (words: readonly string[]) => Promise<unknown>;

/**
 * What pi offers behind a command; pi puts an item in the place of all that was typed there. Nothing is offered where a
 * text is typed: Enter would take what is offered instead of sending.
 */
export async function completeTyped(
  typed: string,
  { ask, cwd }: { ask: AskCandidates; cwd: string },
): Promise<PiCompletion[] | null> {
  const [, before = '', current = ''] = /^([^]*?)(\S*)$/.exec(typed) ?? [];
  let words: string[];
  try {
    words = splitWords(before);
  } catch {
    return null;
  }
  if (words.length === 0 && !current.startsWith('-')) return offer(before, current, subCommands);
  const isPrompt = words[0] !== undefined && !isCommand(words[0]) && !words[0].startsWith('-');
  const behind = isCommand(words[0]) ? words : ['run', ...words];
  if (isPrompt || !isPlaceToComplete(behind, current)) return null;
  // All that may stand here, so that what is typed on needs no other answer.
  const data = await ask([...behind, current.startsWith('-') ? '-' : '']);
  const isFile = isRecord(data) && data.files === true;
  return offer(before, current, isFile ? filesAt(cwd, current) : candidatesIn(data));
}

const mostFiles = 200;

const subCommands: readonly PiCompletion[] = Object.entries(hostCommands)
  .filter(([, { takes }]) => takes !== 'elsewhere')
  .map(([name, { takes, says }]) => ({
    value: takes === 'words' || takes === 'own' ? name : `${name} `,
    label: name,
    description: says,
  }));

function offer(before: string, current: string, all: readonly PiCompletion[]): PiCompletion[] | null {
  const fits = all.filter(({ label }) => label.startsWith(current) && label !== current);
  return fits.length === 0 ? null : fits.map((one) => ({ ...one, value: `${before}${one.value}` }));
}

function isPlaceToComplete([command = '', ...words]: readonly string[], current: string): boolean {
  const { takes } = hostCommands[command]!;
  if (takes === 'words') return true;
  if (takes === 'own' || takes === 'elsewhere') return false;
  if (valuedHere.includes(words.at(-1) ?? '')) return true;
  if (takes === 'task') return words.length === 0 || current.startsWith('-') || command === 'wait';
  if (takes === 'text' && words.length === 0) return true;
  return current.startsWith('-') && words.every((word, at) => isNoText(words, word, at, takes));
}

/** Whether a word before is an option, its value, or the id that may stand first. */
function isNoText(words: readonly string[], word: string, at: number, takes: string): boolean {
  if (word === '--') return false;
  return word.startsWith('-') || valuedHere.includes(words[at - 1] ?? '') || (takes === 'text' && at === 0);
}

function candidatesIn(data: unknown): PiCompletion[] {
  const list = isRecord(data) && Array.isArray(data.candidates) ? data.candidates.filter(isRecord) : [];
  return list.flatMap((one) => {
    const value = textOf(one.value);
    if (value === null || value === '--json' || neverHere.includes(value)) return [];
    const description = textOf(one.description);
    return [
      { value: `${quoteWord(value)} `, label: value, ...(description === null ? {} : { description }) },
    ];
  });
}

/** Files and folders that go on from a path, as far as one level. */
function filesAt(cwd: string, current: string): PiCompletion[] {
  const folder = /^[^]*\//.exec(current)?.[0] ?? '';
  try {
    const found = readdirSync(resolve(cwd, folder), { withFileTypes: true });
    const shown = found.filter(({ name }) => !name.startsWith('.') && !/[\s'"\\]/.test(name));
    return shown.slice(0, mostFiles).map((one) => {
      const label = `${folder}${one.name}${one.isDirectory() ? '/' : ''}`;
      return { value: one.isDirectory() ? label : `${label} `, label };
    });
  } catch {
    return [];
  }
}

function isCommand(word: string | undefined): boolean {
  return word !== undefined && Object.hasOwn(hostCommands, word);
}
