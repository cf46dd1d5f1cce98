import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Breach } from './promises.ts';

/** `npm run test:crash` sets it: every case, not a sample. */
export const everything = process.env.DISPATCH_CRASH === 'all';

/** What a sample is drawn by; `DISPATCH_SEED` repeats one. */
export const seed = Number(process.env.DISPATCH_SEED ?? Math.floor(Math.random() * 1e6));

/** mulberry32: the same draws for the same seed on every machine. */
export function randomBy(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Everything where everything is asked for, else `count` of it, drawn by the seed and in its own order. */
export function drawn<T>(all: readonly T[], count: number, salt: string): T[] {
  if (everything || all.length <= count) return [...all];
  const random = randomBy(seed ^ [...salt].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) | 0, 7));
  const keyed = all.map((item, at) => ({ item, at, drawn: random() }));
  const chosen = keyed.sort((one, other) => one.drawn - other.drawn).slice(0, count);
  return chosen.sort((one, other) => one.at - other.at).map(({ item }) => item);
}

/** Does all of it, so many at a time. */
export async function inParallel<T>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}

/** One case, as the table counts it. */
export interface Row {
  part: 'writers' | 'processes' | 'power';
  agent: string;
  what: string;
  /** Where it was met: a mode, a stage, a variant. */
  where: string;
  /** Every case of its kind that there is, or a share of them. */
  share: string;
  met: boolean;
  breaches: Breach[];
  name: string;
}

/** What could not be run here, and why. */
export interface NotRun {
  part: Row['part'];
  what: string;
  why: string;
}

/** Keeps a row for the table, where `npm run test:crash` asks for one. */
export function keep(row: Row | NotRun): void {
  const folder = process.env.DISPATCH_CRASH_RESULTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(row)}\n`);
}

/** What a test says of the cases that broke a promise. */
export function report(failures: { name: string; breaches: Breach[]; story: string }[]): string {
  const parts = failures.slice(0, 5).map(({ name, breaches, story }) => {
    const said = [...new Set(breaches.map(({ kind, what }) => `  ${kind}: ${what}`))].join('\n');
    return `${name}\n${said}\n${story}`;
  });
  const more =
    failures.length > 5
      ? `\n… and ${failures.length - 5} more: ${failures
          .slice(5)
          .map(({ name }) => name)
          .join('; ')}`
      : '';
  return `${failures.length} cases broke a promise (seed ${seed}):\n${parts.join('\n\n')}${more}`;
}
