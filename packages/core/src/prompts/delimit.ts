/**
 * A text, byte for byte, between two lines that name what it is.
 * Where the text holds the closing tag itself, the tags are numbered, so that nothing in it can pass for their end.
 */
export function delimit(tag: string, text: string): string {
  let name = tag;
  for (let n = 2; text.includes(`</${name}>`); n++) name = `${tag}-${n}`;
  return `<${name}>\n${text}\n</${name}>`;
}
