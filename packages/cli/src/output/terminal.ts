import { fstatSync } from 'node:fs';
import type { Terminal } from '../context.ts';
import { isCi } from './ci.ts';
import { isInForeground } from './foreground.ts';
import { hasLinks } from './links.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What stdout can show now; its size may be another one later. */
export function terminalOf(): Terminal {
  const { env } = process;
  const interactive = isCharacterDevice() && process.stdout.isTTY === true;
  const color = wantsColor(env, interactive);
  return {
    interactive,
    width: interactive ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY,
    height: interactive ? process.stdout.rows || 24 : Number.POSITIVE_INFINITY,
    color,
    moves: interactive && env['TERM'] !== 'dumb' && !isCi(env) && isInForeground(),
    links: interactive && hasLinks(env, { color }),
  };
}

/** Asked first, because the first use of `process.stdout` costs 2 ms. */
function isCharacterDevice(): boolean {
  try {
    return fstatSync(1).isCharacterDevice();
  } catch {
    return false;
  }
}

/** FORCE_COLOR goes before NO_COLOR, as in node itself. */
export function wantsColor(env: Environment, interactive: boolean): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR']) return false;
  return interactive && env['TERM'] !== 'dumb';
}
