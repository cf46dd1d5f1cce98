import { fileURLToPath } from 'node:url';
import type { AskCommand } from '@dispatch/core';

/** The program of this package, run by the node that runs us; beside the sources it lies where it lies beside the library. */
export const ownProgram: AskCommand = {
  node: process.execPath,
  program: fileURLToPath(new URL('../dist/bin.cjs', import.meta.url)),
};
