/**
 * Bytes and FNV-1a-32 of a text. It finds a torn or edited file, not a forger (a worker can write the whole root),
 * and costs reading commands no cryptography module.
 */
export function checksum(text: string): string {
  const bytes = Buffer.from(text);
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return `${bytes.length}-${(hash >>> 0).toString(16).padStart(8, '0')}`;
}
