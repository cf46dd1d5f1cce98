/** A check is part of an event, and those are short. */
export const maxCheckBytes = 1000;

/** Whether a text can be a check: a command of `sh` in one line. */
export function isCheckCommand(text: string): boolean {
  return text.trim() !== '' && !/[\r\n\0]/.test(text) && Buffer.byteLength(text) <= maxCheckBytes;
}
