export { detectSandbox, type Sandbox, type SandboxQuestion } from './detect.ts';
export { attemptAbove } from './attempt-above.ts';
export type { FirstProcess } from './first-process.ts';
