/**
 * What a text means where a skill is asked for: a path has a slash or ends in `.md`, all else is looked up as a name; null
 * where it can be neither.
 */
export function skillWish(text: string): 'path' | 'name' | null {
  if (text.includes('\0')) return null;
  if (/\/|^\.{1,2}$|\.md$/i.test(text)) return 'path';
  return /^[A-Za-z0-9][\w.-]*$/.test(text) ? 'name' : null;
}

/** How a skill is to be written, as a hint. */
export const skillForm = 'A name has letters, digits and `_ . -` only; a path has a slash: ./FOLDER.';
