import { asRecord } from '../transcript/shapes.ts';

/**
 * Whether a session file has something to go on with: pi's header and a user's message. pi 0.73.1 and 0.87.1 write no
 * file before the first answer, begin anew without a word where there is none or an empty one, and 0.73.1 overwrites
 * what has no header; a torn last line is tolerated.
 */
export function holdsHistory(sessionFile: Uint8Array): boolean {
  const lines = Buffer.from(sessionFile.buffer, sessionFile.byteOffset, sessionFile.byteLength)
    .toString('utf8')
    .split('\n');
  const [header, ...entries] = lines.map(parsed).filter((record) => record !== null);
  if (header?.type !== 'session' || typeof header.id !== 'string') return false;
  return entries.some((entry) => entry.type === 'message' && asRecord(entry.message)?.role === 'user');
}

function parsed(line: string): ReturnType<typeof asRecord> {
  try {
    return asRecord(JSON.parse(line));
  } catch {
    return null;
  }
}
