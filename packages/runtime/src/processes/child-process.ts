/** Loaded at the first use: that costs 2 to 4 ms, which commands that only read need not pay. */
export function childProcess(): typeof import('node:child_process') {
  return process.getBuiltinModule('node:child_process');
}
