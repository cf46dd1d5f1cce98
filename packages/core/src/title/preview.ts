/** The bytes that a code point takes inside a JSON string, as `JSON.stringify` writes it in UTF-8. */
function bytesAsJson(codePoint: number): number {
  if (codePoint < 0x20) return '\b\t\n\f\r'.includes(String.fromCharCode(codePoint)) ? 2 : 6;
  if (codePoint === 0x22 || codePoint === 0x5c) return 2;
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return 6;
  return codePoint < 0x10000 ? 3 : 4;
}

/** The longest beginning of a text that takes at most `maxBytesAsJson` bytes in JSON, not counting the quotes. */
export function preview(text: string, maxBytesAsJson: number): string {
  let bytes = 0;
  let end = 0;
  while (end < text.length) {
    const codePoint = text.codePointAt(end)!;
    bytes += bytesAsJson(codePoint);
    if (bytes > maxBytesAsJson) break;
    end += codePoint > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}
