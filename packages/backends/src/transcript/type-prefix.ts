const opening = Buffer.from('{"type":"');

/**
 * Makes a test of a line's first bytes: false only for a line that opens with `{"type":"` and goes on with none of
 * `names`. A line that begins with another field may be anything, so it passes unless `otherOpening` is false.
 *
 * A name is what follows the opening, as in `result"` or `system","subtype":"init"`.
 */
export function typePrefixTest(
  names: readonly string[],
  otherOpening = true,
): (bytes: Buffer, start: number, end: number) => boolean {
  const wanted = names.map((name) => Buffer.from(name));
  return (bytes, start, end) => {
    if (!opensWith(bytes, start, end, opening)) return otherOpening;
    const at = start + opening.length;
    for (const name of wanted) if (opensWith(bytes, at, end, name)) return true;
    return false;
  };
}

function opensWith(bytes: Buffer, start: number, end: number, prefix: Buffer): boolean {
  if (end - start < prefix.length) return false;
  for (let index = 0; index < prefix.length; index++) {
    if (bytes[start + index] !== prefix[index]) return false;
  }
  return true;
}
