export { detectSandbox, type Sandbox, type SandboxQuestion } from './detect.ts';
export type { FirstProcess } from './first-process.ts';
